namespace SslFramework.Engine.Weights;

/// <summary>Whose names a backbone's own keys are.</summary>
internal enum NetworkNames
{
    /// <summary>A residual network's, which torchvision and timm share.</summary>
    Residual,

    /// <summary>A residual network's whose layers are numbered.</summary>
    NumberedResidual,

    /// <summary>timm's of a vision transformer, and those of DINOv2 and BEiT, which differ in a few parts.</summary>
    Transformer,

    /// <summary>torchvision's of a vision transformer.</summary>
    TorchvisionTransformer,
}
