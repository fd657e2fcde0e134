namespace SslFramework.Core.Backbones.Residual;

/// <summary>A network of 18 layers: basic blocks 2, 2, 2, 2.</summary>
public sealed class ResNet18 : ResNet
{
    /// <summary>Builds the network.</summary>
    public ResNet18(ResNetOptions options, DataInfo data)
        : base(options, data, ResNetSize.ResNet18)
    {
    }
}
