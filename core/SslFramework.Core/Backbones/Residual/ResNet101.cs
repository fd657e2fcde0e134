namespace SslFramework.Core.Backbones.Residual;

/// <summary>A network of 101 layers: bottleneck blocks 3, 4, 23, 3.</summary>
public sealed class ResNet101 : ResNet
{
    /// <summary>Builds the network.</summary>
    public ResNet101(ResNetOptions options, DataInfo data)
        : base(options, data, ResNetSize.ResNet101)
    {
    }
}
