using TorchSharp.Modules;

namespace SslFramework.Core.Backbones.Historical;

/// <summary>
/// The network of context prediction up to <c>fc6</c>: an AlexNet for patches of 96 pixels, with Caffe's pools (which round
/// up), local response norm in the first two layers, and batch norm without scale and shift in the others. Doersch et al.
/// 2015, https://arxiv.org/abs/1505.05192
/// </summary>
public sealed class ContextAlexNet : nn.Module, IBackbone
{
    private const int SmallestSide = 93; // leaves 3×3 places for fc6
    private readonly Conv2d conv1;
    private readonly Conv2d conv2;
    private readonly Conv2d conv3;
    private readonly Conv2d conv4;
    private readonly Conv2d conv5;
    private readonly Conv2d fc6;
    private readonly BatchNorm2d bn3 = nn.BatchNorm2d(384, affine: false);
    private readonly BatchNorm2d bn4 = nn.BatchNorm2d(384, affine: false);
    private readonly BatchNorm2d bn5 = nn.BatchNorm2d(256, affine: false);
    private readonly BatchNorm2d bn6 = nn.BatchNorm2d(4096, affine: false);
    private readonly LocalResponseNorm norm = nn.LocalResponseNorm(5, alpha: 1e-4, beta: 0.75);

    /// <summary>Builds the network for the data's channels.</summary>
    public ContextAlexNet(DataInfo data)
        : base("context-alexnet")
    {
        Channels = data.Channels;
        conv1 = CaffeLayers.Convolution(Channels, 96, 11, stride: 4, padding: 5);
        conv2 = CaffeLayers.Convolution(96, 256, 5, padding: 2);
        conv3 = CaffeLayers.Convolution(256, 384, 3, padding: 1);
        conv4 = CaffeLayers.Convolution(384, 384, 3, padding: 1);
        conv5 = CaffeLayers.Convolution(384, 256, 3, padding: 1);
        fc6 = CaffeLayers.Convolution(256, FeatureDimension, 3); // fully connected on 96 pixels; larger images pass through too
        RegisterComponents();
    }

    /// <inheritdoc/>
    public nn.Module Module => this;

    /// <inheritdoc/>
    public int Channels { get; }

    /// <summary>4096, the width of <c>fc6</c>.</summary>
    public int FeatureDimension => 4096;

    /// <summary><c>conv1</c> … <c>conv5</c>, <c>fc6</c>.</summary>
    public IReadOnlyList<BackboneLayer> Layers =>
        [.. named_children().Where(child => child.module is Conv2d)
            .Select(child => new BackboneLayer(child.name, [.. child.module.parameters()]))];

    /// <summary>Returns <c>fc6</c>, averaged over the image if that is larger than a patch.</summary>
    /// <param name="images">float32 [N, C, H, W], at least 93×93; the paper's patches are 96×96.</param>
    /// <returns>[N, 4096].</returns>
    /// <exception cref="ExperimentException">The images are too small.</exception>
    public Tensor Forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        return FeaturesOf(ForwardLayers(images)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor FeaturesOf(IReadOnlyList<Tensor> layers) => layers[^1].mean([2, 3]);

    /// <summary>Returns every layer after its ReLU and before its pool.</summary>
    /// <param name="images">float32 [N, C, H, W], at least 93×93.</param>
    /// <returns>At 96 pixels [N, 96, 24, 24], [N, 256, 12, 12], [N, 384, 6, 6] twice, [N, 256, 6, 6], [N, 4096, 1, 1].</returns>
    /// <exception cref="ExperimentException">The images are too small.</exception>
    public IReadOnlyList<Tensor> ForwardLayers(Tensor images)
    {
        SmallestImage.Require(images, SmallestSide, "context-alexnet", "take \"resnet18\" for small images and patches");
        using var scope = NewDisposeScope();
        var map1 = conv1.call(images).relu();
        var map2 = conv2.call(norm.call(CaffeLayers.MaxPool(map1))).relu();
        var map3 = bn3.call(conv3.call(norm.call(CaffeLayers.MaxPool(map2)))).relu();
        var map4 = bn4.call(conv4.call(map3)).relu();
        var map5 = bn5.call(conv5.call(map4)).relu();
        var map6 = bn6.call(fc6.call(CaffeLayers.MaxPool(map5))).relu();
        return [.. new[] { map1, map2, map3, map4, map5, map6 }.Select(map => map.MoveToOuterDisposeScope())];
    }
}
