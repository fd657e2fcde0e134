namespace SslFramework.Plugins.MoCo;

/// <summary>The second encoder: a backbone and a projector of its own.</summary>
internal sealed class KeyEncoder : nn.Module<Tensor, Tensor>
{
    private readonly IBackbone backbone;
    private readonly nn.Module<Tensor, Tensor> projector;

    public KeyEncoder(IBackbone backbone, nn.Module<Tensor, Tensor> projector)
        : base(nameof(KeyEncoder))
    {
        (this.backbone, this.projector) = (backbone, projector);
        register_module("backbone", backbone.Module);
        register_module("projector", projector);
    }

    /// <summary>[n, C, H, W] → keys of length 1, [n, D].</summary>
    public override Tensor forward(Tensor images) => projector.call(backbone.Forward(images)).UnitRows();

    /// <summary>Becomes a copy of the query encoder, without gradient.</summary>
    public void StartAs(IBackbone queryBackbone, nn.Module queryProjector)
    {
        Momentum.Start(backbone.Module, queryBackbone.Module);
        Momentum.Start(projector, queryProjector);
    }

    /// <summary>θk ← m·θk + (1 − m)·θq.</summary>
    public void Follow(IBackbone queryBackbone, nn.Module queryProjector, double momentum)
    {
        Momentum.Update(backbone.Module, queryBackbone.Module, momentum);
        Momentum.Update(projector, queryProjector, momentum);
    }
}
