namespace SslFramework.Core.Backbones.Residual;

/// <summary>A network of 34 layers: basic blocks 3, 4, 6, 3.</summary>
public sealed class ResNet34 : ResNet
{
    /// <summary>Builds the network.</summary>
    public ResNet34(ResNetOptions options, DataInfo data)
        : base(options, data, ResNetSize.ResNet34)
    {
    }
}
