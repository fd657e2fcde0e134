namespace SslFramework.Core.Backbones.Residual;

/// <summary>A network of 50 layers: bottleneck blocks 3, 4, 6, 3.</summary>
public sealed class ResNet50 : ResNet
{
    /// <summary>Builds the network.</summary>
    public ResNet50(ResNetOptions options, DataInfo data)
        : base(options, data, ResNetSize.ResNet50)
    {
    }
}
