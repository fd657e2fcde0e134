using SslFramework.Core.Backbones.Transformers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SslFramework.Host.Plans;

/// <summary>
/// Floating-point operations of convolutions, linear layers and attention, as they run: two for a multiplication and its addition, and
/// twice as many again for the gradient where there will be one. Norms, activations and losses are left out.
/// </summary>
internal sealed class FlopCounter : IDisposable
{
    private readonly List<Action> hooks = [];

    /// <summary>Counts what a module and its parts do from now on.</summary>
    public FlopCounter(nn.Module module)
    {
        // A transformer's block counts for its layers, which may run as convolutions.
        var inBlocks = module.modules().OfType<TransformerBlock>().SelectMany(block => block.modules()).ToHashSet();
        foreach (var part in module.modules().Distinct())
        {
            switch (part)
            {
                case TransformerBlock block:
                    hooks.Add(block.register_forward_hook((_, tokens, output) => Counted(block, BlockFlops(block, tokens), output)).remove);
                    break;
                case Conv2d convolution:
                    hooks.Add(convolution.register_forward_hook((_, _, output) =>
                        Counted(
                            convolution,
                            2 * output.numel() * convolution.weight.numel() / convolution.weight.shape[0],
                            output)).remove);
                    break;
                case Linear linear when !inBlocks.Contains(linear):
                    hooks.Add(linear.register_forward_hook(
                        (_, _, output) => Counted(linear, 2 * output.numel() * linear.weight.shape[1], output)).remove);
                    break;
            }
        }
    }

    /// <summary>Whether what runs in evaluation mode is counted, instead of what runs in training.</summary>
    public bool OfEvaluation { get; init; }

    /// <summary>Those of forward passes so far.</summary>
    public long Forward { get; private set; }

    /// <summary>Those of forward passes and of the backward passes that belong to them.</summary>
    public long Total { get; private set; }

    /// <summary>Counts no more; the numbers stay.</summary>
    public void Dispose()
    {
        hooks.ForEach(remove => remove());
        hooks.Clear();
    }

    private Tensor Counted(nn.Module part, long flops, Tensor output)
    {
        if (part.training != OfEvaluation)
        {
            Forward += flops;
            Total += output.requires_grad ? 3 * flops : flops;
        }

        return output;
    }

    /// <summary>All matrices once for every token, and q·kᵀ and its product with v for every pair of tokens.</summary>
    private static long BlockFlops(TransformerBlock block, Tensor tokens)
    {
        var (images, length, dimension) = (tokens.shape[0], tokens.shape[1], tokens.shape[2]);
        var matrices = block.modules().OfType<Linear>().Sum(layer => layer.weight.numel());
        return images * length * ((2 * matrices) + (4 * length * dimension));
    }
}
