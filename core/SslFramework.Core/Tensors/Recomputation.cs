using SslFramework.Core.Tensors.Autograd;

namespace SslFramework.Core.Tensors;

/// <summary>
/// Activation checkpointing: a block keeps only its input, and computes the rest again when its gradient is needed. About a
/// third more time, and the memory of one block instead of all. Chen et al. 2016, https://arxiv.org/abs/1604.06174
/// </summary>
public static class Recomputation
{
    /// <summary>Runs a block and keeps only its input if a gradient will be needed.</summary>
    /// <param name="block">The module that owns the buffers that the pass changes.</param>
    /// <param name="forward">The pass.</param>
    /// <param name="input">The block's input.</param>
    public static Tensor Run(nn.Module block, Func<Tensor, Tensor> forward, Tensor input) =>
        is_grad_enabled() && input.requires_grad ? Function.Run(new Block(block, forward), input) : forward(input);

    private sealed record Block(nn.Module Module, Func<Tensor, Tensor> Forward);

    private sealed class Function : ScopedFunction<Function>
    {
        private const string BlockKey = "block";
        private const string AutocastKey = "autocast";

        protected override Tensor Forward(autograd.AutogradContext context, object[] arguments)
        {
            var (block, input) = ((Block)arguments[0], (Tensor)arguments[1]);
            Replay.EnsurePossible(block.Module, input.device_type, "\"backbone.recompute\"");
            context.save_data(BlockKey, block);
            context.save_data(AutocastKey, Autocast.IsOn(input.device_type));
            context.save_for_backward([input, get_rng_state()]);
            using var gradient = no_grad();
            return block.Forward(input);
        }

        protected override List<Tensor> Backward(autograd.AutogradContext context, Tensor gradient)
        {
            var saved = context.get_saved_variables();
            try
            {
                var block = (Block)context.get_data(BlockKey);
                var input = saved[0].detach().requires_grad_(true);
                using var scope = NewDisposeScope();
                using var same = new Replay(block.Module, saved[1]);
                using (enable_grad())
                {
                    Tensor output;
                    using ((bool)context.get_data(AutocastKey) ? Autocast.On(input.device_type, ScalarType.BFloat16) : null)
                    {
                        output = block.Forward(input);
                    }

                    autograd.backward([output], [gradient]);
                }

                return [null!, input.grad!.MoveToOuterDisposeScope()];
            }
            catch (Exception e)
            {
                BackwardFailure.Keep("Computing activations again", e);
                return [null!, zeros_like(saved[0])];
            }
        }
    }
}
