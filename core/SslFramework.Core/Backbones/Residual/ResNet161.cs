namespace SslFramework.Core.Backbones.Residual;

/// <summary>
/// CPC v2's network, which ends after three stages: bottleneck blocks 3, 4, 46, the last 512 channels wide inside and 4096 at
/// the end. Hénaff et al. 2019, https://arxiv.org/abs/1905.09272
/// </summary>
public sealed class ResNet161 : ResNet
{
    /// <summary>Builds the network.</summary>
    public ResNet161(ResNetOptions options, DataInfo data)
        : base(options, data, ResNetSize.ResNet161)
    {
    }
}
