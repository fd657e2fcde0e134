using SslFramework.Core.Tensors;

namespace SslFramework.Core.Objectives;

/// <summary>
/// The second encoder of a method with two, whether called key encoder, target or teacher, with its own backbone and projector:
/// trained by gradient or, after <see cref="StartAs"/>, following the first one with momentum.
/// </summary>
public sealed class KeyEncoder : nn.Module<Tensor, Tensor>
{
    private readonly IBackbone backbone;
    private readonly nn.Module<Tensor, Tensor> projector;
    private bool isFollowing;

    /// <summary>Combines both; state-dict keys begin with <c>backbone.</c> and <c>projector.</c></summary>
    public KeyEncoder(IBackbone backbone, nn.Module<Tensor, Tensor> projector)
        : base(nameof(KeyEncoder))
    {
        (this.backbone, this.projector) = (backbone, projector);
        register_module("backbone", backbone.Module);
        register_module("projector", projector);
    }

    /// <summary>[n, C, H, W] → keys of length 1, [n, D]; without gradient after <see cref="StartAs"/>.</summary>
    public override Tensor forward(Tensor images)
    {
        using var gradient = set_grad_enabled(is_grad_enabled() && !isFollowing);
        return projector.call(backbone.Forward(images)).UnitRows();
    }

    /// <summary>Becomes a copy of the query encoder, without gradient.</summary>
    public void StartAs(IBackbone queryBackbone, nn.Module queryProjector)
    {
        Momentum.Start(backbone.Module, queryBackbone.Module);
        Momentum.Start(projector, queryProjector);
        isFollowing = true;
    }

    /// <summary>θk ← m·θk + (1 − m)·θq.</summary>
    public void Follow(IBackbone queryBackbone, nn.Module queryProjector, double momentum)
    {
        Momentum.Update(backbone.Module, queryBackbone.Module, momentum);
        Momentum.Update(projector, queryProjector, momentum);
    }
}
