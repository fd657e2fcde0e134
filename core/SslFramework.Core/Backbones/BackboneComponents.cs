using Microsoft.Extensions.DependencyInjection;
using SslFramework.Core.Backbones.Historical;
using SslFramework.Core.Backbones.Residual;
using SslFramework.Core.Backbones.Streams;
using SslFramework.Core.Backbones.Transformers;

namespace SslFramework.Core.Backbones;

/// <summary>Registers the framework's backbones.</summary>
internal static class BackboneComponents
{
    /// <summary>
    /// Makes residual networks, vision transformers, the networks of older methods' papers and pairs of networks available to experiments.
    /// </summary>
    public static IServiceCollection AddBackbones(this IServiceCollection services) => services
        .AddBackbone<ResNet18, ResNetOptions>(ResNetSize.ResNet18.Name)
        .AddBackbone<ResNet34, ResNetOptions>(ResNetSize.ResNet34.Name)
        .AddBackbone<ResNet50, ResNetOptions>(ResNetSize.ResNet50.Name)
        .AddBackbone<ResNet101, ResNetOptions>(ResNetSize.ResNet101.Name)
        .AddBackbone<ResNet152, ResNetOptions>(ResNetSize.ResNet152.Name)
        .AddBackbone<ResNet161, ResNetOptions>(ResNetSize.ResNet161.Name)
        .AddBackbone<ResNet200, ResNetOptions>(ResNetSize.ResNet200.Name)
        .AddBackbone<ResNeXt50, ResNetOptions>(ResNetSize.ResNeXt50.Name)
        .AddBackbone<WideResNet50, ResNetOptions>(ResNetSize.WideResNet50.Name)
        .AddBackbone<VisionTransformer, VisionTransformerOptions>("vit")
        .AddBackbone<TinyVisionTransformer, VisionTransformerOptions>(TransformerSize.Tiny.Name)
        .AddBackbone<SmallVisionTransformer, VisionTransformerOptions>(TransformerSize.Small.Name)
        .AddBackbone<BaseVisionTransformer, VisionTransformerOptions>(TransformerSize.Base.Name)
        .AddBackbone<LargeVisionTransformer, VisionTransformerOptions>(TransformerSize.Large.Name)
        .AddBackbone<HugeVisionTransformer, VisionTransformerOptions>(TransformerSize.Huge.Name)
        .AddBackbone<AlexNet, AlexNetOptions>("alexnet")
        .AddBackbone<ContextAlexNet, NoOptions>("context-alexnet")
        .AddBackbone<ExemplarCnn, ExemplarCnnOptions>("exemplar-cnn")
        .AddBackbone<JigsawAlexNet, NoOptions>("jigsaw-alexnet")
        .AddBackbone<RotNetAlexNet, NoOptions>("rotnet-alexnet")
        .AddBackbone<RotNetNin, RotNetNinOptions>("rotnet-nin")
        .AddBackbone<ColorStreams, ColorStreamsOptions>("color-streams");
}
