using SslFramework.Core.Backbones.Transformers;
using SslFramework.Core.Tensors;

namespace SslFramework.Core.Evaluation.FineTuning;

/// <summary>
/// Restores a backbone to the bit when disposed: weights, buffers, what is trained, drop path, the stride of its maps, and modes.
/// </summary>
public sealed class BackboneState : IDisposable
{
    private readonly IBackbone backbone;
    private readonly (Tensor Live, Tensor Kept)[] tensors;
    private readonly (Parameter Parameter, bool Trained)[] trained;
    private readonly double? dropPath;
    private readonly int? outputStride;
    private readonly KeptModes modes;

    /// <summary>Records what the backbone is now, with a copy of every weight and buffer.</summary>
    public BackboneState(IBackbone backbone)
    {
        using var gradient = no_grad();
        this.backbone = backbone;
        tensors = [.. backbone.Module.state_dict().Values.Select(live => (live, live.clone().DetachFromDisposeScope()))];
        trained = [.. backbone.Module.parameters().Select(parameter => (parameter, parameter.requires_grad))];
        dropPath = (backbone as IStochasticDepth)?.DropPath;
        outputStride = (backbone as IMapBackbone)?.OutputStride;
        modes = new KeptModes(backbone.Module);
    }

    /// <summary>Restores it, and drops gradients.</summary>
    public void Dispose()
    {
        using var gradient = no_grad();
        backbone.Module.zero_grad();
        foreach (var (live, kept) in tensors)
        {
            live.copy_(kept);
            kept.Dispose();
        }

        foreach (var (parameter, wasTrained) in trained)
        {
            parameter.requires_grad = wasTrained;
        }

        if (backbone is IStochasticDepth deep)
        {
            deep.DropPath = dropPath!.Value;
        }

        if (backbone is IMapBackbone maps)
        {
            maps.OutputStride = outputStride!.Value;
        }

        modes.Dispose();
    }
}
