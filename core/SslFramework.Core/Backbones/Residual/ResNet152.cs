namespace SslFramework.Core.Backbones.Residual;

/// <summary>A network of 152 layers: bottleneck blocks 3, 8, 36, 3.</summary>
public sealed class ResNet152 : ResNet
{
    /// <summary>Builds the network.</summary>
    public ResNet152(ResNetOptions options, DataInfo data)
        : base(options, data, ResNetSize.ResNet152)
    {
    }
}
