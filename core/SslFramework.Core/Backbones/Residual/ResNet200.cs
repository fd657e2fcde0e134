namespace SslFramework.Core.Backbones.Residual;

/// <summary>
/// A network of 200 layers: bottleneck blocks 3, 24, 36, 3. Its paper has the stride on the 1×1.
/// He et al. 2016, https://arxiv.org/abs/1603.05027
/// </summary>
public sealed class ResNet200 : ResNet
{
    /// <summary>Builds the network.</summary>
    public ResNet200(ResNetOptions options, DataInfo data)
        : base(options, data, ResNetSize.ResNet200)
    {
    }
}
