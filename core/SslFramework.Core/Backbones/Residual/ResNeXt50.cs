namespace SslFramework.Core.Backbones.Residual;

/// <summary>
/// torchvision's <c>resnext50_32x4d</c>: the bottlenecks' 3×3 convolutions work in 32 groups of 4 channels.
/// Xie et al. 2017, https://arxiv.org/abs/1611.05431
/// </summary>
public sealed class ResNeXt50 : ResNet
{
    /// <summary>Builds the network.</summary>
    public ResNeXt50(ResNetOptions options, DataInfo data)
        : base(options, data, ResNetSize.ResNeXt50)
    {
    }
}
