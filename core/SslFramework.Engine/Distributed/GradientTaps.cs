using SslFramework.Core.Tensors.Autograd;

namespace SslFramework.Engine.Distributed;

/// <summary>
/// Detects during a backward which parameters have their gradients. Autograd has no hooks here; but an identity function
/// on a module's input runs its own backward when that of the module is done.
/// </summary>
/// <remarks>
/// For a parameter, the innermost module around it that the loss called counts, as often as it was called. What runs again in
/// the backward (recomputed activations, GradCache) is not counted, and parameters that are also used elsewhere are not
/// detected: callers must check afterwards whether more gradients arrived. If a module uses its input several times and others use that
/// too, the sum of these gradients is grouped otherwise than without the identity, and its last bits may differ.
/// </remarks>
internal sealed class GradientTaps : IDisposable
{
    private readonly Dictionary<string, Tap[]> around;
    private readonly Tap[] taps;
    private readonly Action onDone;
    private bool isCounting;

    /// <summary>Observes modules until it is disposed.</summary>
    /// <param name="module">The module whose parameters are observed.</param>
    /// <param name="names">Names of the parameters that matter.</param>
    /// <param name="onDone">Called in the backward when more parameters may have their gradients. It must not throw.</param>
    public GradientTaps(nn.Module module, IEnumerable<string> names, Action onDone)
    {
        this.onDone = onDone;
        var known = module.named_modules().Where(pair => pair.module is nn.Module<Tensor, Tensor>)
            .ToDictionary(pair => pair.name, pair => new Lazy<Tap>(() => new Tap(this, (nn.Module<Tensor, Tensor>)pair.module)));
        around = names.ToDictionary(
            name => name, name => Prefixes(name).Where(known.ContainsKey).Select(prefix => known[prefix].Value).ToArray());
        taps = [.. known.Values.Where(tap => tap.IsValueCreated).Select(tap => tap.Value)];
    }

    /// <summary>Counts until Dispose which modules a loss calls, and how often.</summary>
    public IDisposable Count()
    {
        Array.ForEach(taps, tap => tap.Forget());
        isCounting = true;
        return new Counting(this);
    }

    /// <summary>Whether a parameter has all of its gradient, as far as can be detected.</summary>
    public bool IsDone(string name) => Array.Find(around[name], tap => tap.IsCalled) is { IsDone: true };

    public void Dispose() => Array.ForEach(taps, tap => tap.Dispose());

    /// <summary>For a.b.weight: a.b, then a.</summary>
    private static IEnumerable<string> Prefixes(string name)
    {
        for (var dot = name.LastIndexOf('.'); dot > 0; dot = name.LastIndexOf('.', dot - 1))
        {
            yield return name[..dot];
        }
    }

    private sealed class Counting(GradientTaps taps) : IDisposable
    {
        public void Dispose() => taps.isCounting = false;
    }

    private sealed class Tap : IDisposable
    {
        private readonly GradientTaps owner;
        private readonly Action remove;
        private int pending;
        private bool isBlind; // it was called with an input that needs no gradient

        public Tap(GradientTaps owner, nn.Module<Tensor, Tensor> module)
        {
            this.owner = owner;
            remove = module.register_forward_pre_hook(Before).remove;
        }

        public bool IsCalled { get; private set; }

        public bool IsDone => IsCalled && pending == 0 && !isBlind;

        public void Forget() => (IsCalled, pending, isBlind) = (false, 0, false);

        public void Dispose() => remove();

        public void Passed()
        {
            if (--pending == 0)
            {
                owner.onDone();
            }
        }

        private Tensor Before(nn.Module<Tensor, Tensor> module, Tensor input)
        {
            if (!owner.isCounting || !is_grad_enabled())
            {
                return input;
            }

            IsCalled = true;
            if (!input.requires_grad)
            {
                isBlind = true;
                return input;
            }

            pending++;
            return Function.Run(input, this);
        }
    }

    private sealed class Function : ScopedFunction<Function>
    {
        private const string TapKey = "tap";

        protected override Tensor Forward(autograd.AutogradContext context, object[] arguments)
        {
            context.save_data(TapKey, arguments[1]);
            return ((Tensor)arguments[0]).detach();
        }

        protected override List<Tensor> Backward(autograd.AutogradContext context, Tensor gradient)
        {
            ((Tap)context.get_data(TapKey)).Passed();
            return [gradient.alias(), null!];
        }
    }
}
