using SslFramework.Core.Backbones.Transformers;
using SslFramework.Core.Tensors;

namespace SslFramework.Engine.Evaluation.FineTuning;

/// <summary>Puts a backbone back, to the bit, when disposed: weights, buffers, what is trained, drop path and modes.</summary>
internal sealed class BackboneState : IDisposable
{
    private readonly IBackbone backbone;
    private readonly (Tensor Live, Tensor Kept)[] tensors;
    private readonly (Parameter Parameter, bool Trained)[] trained;
    private readonly double? dropPath;
    private readonly KeptModes modes;

    public BackboneState(IBackbone backbone)
    {
        using var gradient = no_grad();
        this.backbone = backbone;
        tensors = [.. backbone.Module.state_dict().Values.Select(live => (live, live.clone().DetachFromDisposeScope()))];
        trained = [.. backbone.Module.parameters().Select(parameter => (parameter, parameter.requires_grad))];
        dropPath = (backbone as IStochasticDepth)?.DropPath;
        modes = new KeptModes(backbone.Module);
    }

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

        modes.Dispose();
    }
}
