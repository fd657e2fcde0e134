using SslFramework.Core.Tensors.Autograd;

namespace SslFramework.Core.Tensors;

/// <summary>
/// Residual blocks whose inputs can be computed from their outputs: (a, b) → (b, a + F(b)) for the two halves of the channels, and
/// back (c, d) → (d − F(c), c). A chain of them keeps its last output alone, whatever its depth, for a third more time.
/// Gomez et al. 2017, https://arxiv.org/abs/1707.04585
/// </summary>
public static class ReversibleChain
{
    /// <summary>Runs the blocks, and keeps only the output of the last one if a gradient will be needed.</summary>
    /// <param name="branches">F of each block: [N, C / 2, H, W] → the same shape. Their running statistics change once.</param>
    /// <param name="input">[N, C, H, W], C even.</param>
    /// <returns>[N, C, H, W].</returns>
    public static Tensor Run(IReadOnlyList<nn.Module<Tensor, Tensor>> branches, Tensor input)
    {
        // Half precision would not come back from a sum: the stream stays float32, under autocast too.
        using var scope = NewDisposeScope();
        var stream = input.dtype is ScalarType.BFloat16 or ScalarType.Float16 ? input.to(float32) : input;
        var output = is_grad_enabled() && input.requires_grad ? Function.Run(new Chain(branches), stream) : RunStored(branches, stream);
        return output.MoveToOuterDisposeScope();
    }

    /// <summary>Runs the blocks, and keeps all activations that a gradient needs.</summary>
    /// <param name="branches">As in <see cref="Run"/>.</param>
    /// <param name="input">[N, C, H, W], C even.</param>
    /// <returns>[N, C, H, W].</returns>
    public static Tensor RunStored(IReadOnlyList<nn.Module<Tensor, Tensor>> branches, Tensor input) => Forward(branches, input, () => { });

    private static Tensor Forward(IReadOnlyList<nn.Module<Tensor, Tensor>> branches, Tensor input, Action beforeEach)
    {
        using var scope = NewDisposeScope();
        var (a, b) = Halves(input);
        foreach (var branch in branches)
        {
            using var inner = NewDisposeScope(); // frees at once what no gradient needs
            beforeEach();
            var sum = (a + branch.call(b)).MoveToOuterDisposeScope();
            a.Dispose();
            (a, b) = (b, sum);
        }

        return cat([a, b], 1).MoveToOuterDisposeScope();
    }

    private static (Tensor First, Tensor Second) Halves(Tensor maps)
    {
        var half = maps.shape[1] / 2;
        return (ChannelsLast.Of(maps.narrow(1, 0, half)), ChannelsLast.Of(maps.narrow(1, half, half)));
    }

    private sealed record Chain(IReadOnlyList<nn.Module<Tensor, Tensor>> Branches);

    private sealed class Function : ScopedFunction<Function>
    {
        private const string ChainKey = "chain";
        private const string AutocastKey = "autocast";

        protected override Tensor Forward(autograd.AutogradContext context, object[] arguments)
        {
            var (chain, input) = ((Chain)arguments[0], (Tensor)arguments[1]);
            foreach (var branch in chain.Branches)
            {
                Replay.EnsurePossible(branch, input.device_type, "A reversible network");
            }

            context.save_data(ChainKey, chain);
            context.save_data(AutocastKey, Autocast.IsOn(input.device_type));
            using var gradient = no_grad();
            var random = new List<Tensor>(); // the generator's state before each branch
            var output = ReversibleChain.Forward(chain.Branches, input, () => random.Add(get_rng_state().DetachFromDisposeScope()));

            // What the first branch takes is kept too: zeros would come back as almost zeros, and a ReLU tells them apart.
            var first = Halves(input).Second;
            context.save_for_backward([output.detach(), first, stack(random)]); // which must live until this has returned
            random.ForEach(state => state.Dispose());
            return output;
        }

        protected override List<Tensor> Backward(autograd.AutogradContext context, Tensor gradient)
        {
            var saved = context.get_saved_variables();
            try
            {
                var (chain, autocast) = ((Chain)context.get_data(ChainKey), (bool)context.get_data(AutocastKey));
                using var scope = NewDisposeScope();
                using var off = no_grad();
                var (point, forPoint) = (Halves(saved[0]), Halves(gradient));
                for (var i = chain.Branches.Count - 1; i >= 0; i--)
                {
                    point.First = i == 0 ? saved[1] : point.First;
                    (point, forPoint) = Back(chain.Branches[i], saved[2].select(0, i), autocast, point, forPoint);
                }

                return [null!, cat([forPoint.First, forPoint.Second], 1).MoveToOuterDisposeScope()];
            }
            catch (Exception e)
            {
                BackwardFailure.Keep("Going back through reversible blocks", e);
                return [null!, zeros_like(gradient)];
            }
        }

        /// <summary>From a block's output and its gradient to its input and that one's; gradients of weights are added to them.</summary>
        private static ((Tensor A, Tensor B) Point, (Tensor A, Tensor B) Gradient) Back(
            nn.Module<Tensor, Tensor> branch, Tensor random, bool autocast, (Tensor A, Tensor B) point, (Tensor A, Tensor B) gradient)
        {
            using var scope = NewDisposeScope();
            var input = point.A.detach().requires_grad_(true); // b, of which the block made (b, a + F(b))
            Tensor added;
            using (new Replay(branch, random.clone()))
            using (enable_grad())
            {
                using (autocast ? Autocast.On(input.device_type, ScalarType.BFloat16) : null)
                {
                    added = branch.call(input);
                }

                autograd.backward([added], [gradient.B.to(added.dtype)]);
            }

            var a = (point.B - added.detach()).MoveToOuterDisposeScope();
            var forB = (gradient.A + input.grad!).MoveToOuterDisposeScope();
            point.B.Dispose(); // or all of them would stay until the end
            gradient.A.Dispose();
            return ((a, point.A), (gradient.B, forB));
        }
    }
}
