using SslFramework.Core.Optimization;

namespace SslFramework.Engine.Evaluation.FineTuning;

/// <summary>
/// Which parameters of a backbone are fine-tuned: those of the last k blocks and the final norm (MAE section 4.3,
/// https://arxiv.org/abs/2111.06377). Blocks are the layers between the first one and a final norm.
/// </summary>
internal static class TrainedPart
{
    /// <summary>Lets gradients reach the last blocks, and no others. The prefix then costs no backward pass and no memory.</summary>
    /// <param name="backbone">The backbone in training mode; BatchNorms that are not trained are put in evaluation mode.</param>
    /// <param name="blocks">0.5 is the second half of the last block; null is everything.</param>
    /// <exception cref="ExperimentException">The last block has no halves.</exception>
    public static void Select(IBackbone backbone, double? blocks)
    {
        var trained = Parameters(backbone, blocks).Select(parameter => parameter.Handle).ToHashSet();
        foreach (var parameter in backbone.Module.parameters())
        {
            parameter.requires_grad = trained.Contains(parameter.Handle);
        }

        // A norm without scale and shift belongs to the layer before it: if that is frozen, its statistics must not move either.
        var isFrozen = false;
        foreach (var module in Leaves(backbone.Module))
        {
            var own = module.parameters(recurse: false).ToList();
            isFrozen = own.Count > 0 ? own.TrueForAll(parameter => !parameter.requires_grad) : isFrozen;
            if (isFrozen && (own.Count > 0 || module.named_buffers().Any()))
            {
                module.eval();
            }
        }
    }

    private static IEnumerable<nn.Module> Leaves(nn.Module module) =>
        module.children().Any() ? module.children().SelectMany(Leaves) : [module];

    /// <summary>Number of blocks that can be selected.</summary>
    public static int Count(IBackbone backbone) => Math.Max(0, backbone.Layers.Count - 1 - (LayerDecay.EndsWithNorm(backbone) ? 1 : 0));

    private static IEnumerable<Parameter> Parameters(IBackbone backbone, double? blocks)
    {
        var count = Count(backbone);
        if (blocks is null || blocks >= count)
        {
            return backbone.Module.parameters();
        }

        var norm = LayerDecay.EndsWithNorm(backbone) ? backbone.Layers[^1].Parameters : [];
        return blocks == 0.5
            ? [.. SecondHalf(backbone, backbone.Layers[count]), .. norm]
            : [.. backbone.Layers.Skip(1 + count - (int)blocks).Take((int)blocks).SelectMany(layer => layer.Parameters), .. norm];
    }

    private static List<Parameter> SecondHalf(IBackbone backbone, BackboneLayer block)
    {
        var halves = backbone.Module.named_parameters()
            .Where(p =>
                p.name.StartsWith($"{block.Name}.norm2.", StringComparison.Ordinal)
                || p.name.StartsWith($"{block.Name}.mlp.", StringComparison.Ordinal))
            .Select(p => p.parameter).ToList();
        return halves.Count > 0 ? halves : throw new ExperimentException(
            FailureKind.Config,
            $"\"blocks\": 0.5 trains the second half of a transformer block, and \"{block.Name}\" is none; take 0.5 out.");
    }
}
