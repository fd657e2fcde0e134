namespace SslFramework.Core.Backbones.Residual;

/// <summary>
/// torchvision's <c>wide_resnet50_2</c>: bottlenecks that are twice as wide inside.
/// Zagoruyko and Komodakis 2016, https://arxiv.org/abs/1605.07146
/// </summary>
public sealed class WideResNet50 : ResNet
{
    /// <summary>Builds the network.</summary>
    public WideResNet50(ResNetOptions options, DataInfo data)
        : base(options, data, ResNetSize.WideResNet50)
    {
    }
}
