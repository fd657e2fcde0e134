namespace SslFramework.Engine.Distributed;

/// <summary>
/// Tells during a backward which parameters have their gradients. Autograd has no hooks here; but a function that changes nothing,
/// on what a module gets, has its own backward when that of the module is done.
/// </summary>
/// <remarks>
/// Of the modules around a parameter the innermost counts that the loss called, as often as it called it. What runs again in
/// the backward (activations that are computed anew, GradCache) is not counted, and parameters that are used elsewhere too are not
/// known to be: who acts on what is told here looks afterwards whether more came.
/// </remarks>
internal sealed class GradientTaps : IDisposable
{
    private readonly Dictionary<string, Tap[]> around;
    private readonly Tap[] taps;
    private readonly Action onDone;
    private bool isCounting;

    /// <summary>Looks at modules until it is disposed.</summary>
    /// <param name="module">Whose parameters.</param>
    /// <param name="names">Of the parameters that matter.</param>
    /// <param name="onDone">Called in the backward, when more parameters may have their gradients. It throws nothing.</param>
    public GradientTaps(nn.Module module, IEnumerable<string> names, Action onDone)
    {
        this.onDone = onDone;
        var known = module.named_modules().Where(pair => pair.module is nn.Module<Tensor, Tensor>)
            .ToDictionary(pair => pair.name, pair => new Lazy<Tap>(() => new Tap(this, (nn.Module<Tensor, Tensor>)pair.module)));
        around = names.ToDictionary(name => name, name => Prefixes(name).Where(known.ContainsKey).Select(prefix => known[prefix].Value).ToArray());
        taps = [.. known.Values.Where(tap => tap.IsValueCreated).Select(tap => tap.Value)];
    }

    /// <summary>A loss is computed from here until Dispose: which modules it calls, and how often.</summary>
    public IDisposable Count()
    {
        Array.ForEach(taps, tap => tap.Forget());
        isCounting = true;
        return new Counting(this);
    }

    /// <summary>Whether a parameter has all of its gradient, as far as is known.</summary>
    public bool IsDone(string name) => Array.Find(around[name], tap => tap.IsCalled) is { IsDone: true };

    public void Dispose() => Array.ForEach(taps, tap => tap.Dispose());

    /// <summary>a.b, then a, of a.b.weight.</summary>
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
        private bool isBlind; // it was called with something that gets no gradient

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
            return Function.apply(input, this);
        }
    }

    private sealed class Function : autograd.SingleTensorFunction<Function>
    {
        private const string TapKey = "tap";

        public override string Name => nameof(GradientTaps);

        public override Tensor forward(autograd.AutogradContext context, params object[] arguments)
        {
            context.save_data(TapKey, arguments[1]);
            return ((Tensor)arguments[0]).detach();
        }

        public override List<Tensor> backward(autograd.AutogradContext context, Tensor gradient)
        {
            ((Tap)context.get_data(TapKey)).Passed();
            return [gradient.alias(), null!];
        }
    }
}
