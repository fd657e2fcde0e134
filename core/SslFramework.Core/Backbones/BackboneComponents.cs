using Microsoft.Extensions.DependencyInjection;
using SslFramework.Core.Backbones.Historical;
using SslFramework.Core.Backbones.Residual;
using SslFramework.Core.Backbones.Transformers;

namespace SslFramework.Core.Backbones;

/// <summary>Registers the framework's backbones.</summary>
internal static class BackboneComponents
{
    /// <summary>Makes residual networks, vision transformers, and the networks of older methods' papers available to experiments.</summary>
    public static IServiceCollection AddBackbones(this IServiceCollection services) => services
        .AddBackbone<ResNet18, ResNetOptions>("resnet18")
        .AddBackbone<ResNet34, ResNetOptions>("resnet34")
        .AddBackbone<ResNet50, ResNetOptions>("resnet50")
        .AddBackbone<VisionTransformer, VisionTransformerOptions>("vit")
        .AddBackbone<TinyVisionTransformer, VisionTransformerOptions>("vit-tiny")
        .AddBackbone<SmallVisionTransformer, VisionTransformerOptions>("vit-small")
        .AddBackbone<BaseVisionTransformer, VisionTransformerOptions>("vit-base")
        .AddBackbone<LargeVisionTransformer, VisionTransformerOptions>("vit-large")
        .AddBackbone<HugeVisionTransformer, VisionTransformerOptions>("vit-huge")
        .AddBackbone<ContextAlexNet, NoOptions>("context-alexnet")
        .AddBackbone<ExemplarCnn, ExemplarCnnOptions>("exemplar-cnn")
        .AddBackbone<RotNetAlexNet, NoOptions>("rotnet-alexnet")
        .AddBackbone<RotNetNin, RotNetNinOptions>("rotnet-nin");
}
