using TorchSharp.Modules;

namespace SslFramework.Core.Backbones.Historical;

/// <summary>
/// The convolutions of the jigsaw puzzles' network: an AlexNet for tiles of 64 pixels, with a stride of 2 in its first layer, convolutions
/// in two groups, Caffe's pools (which round up) and local response norm. Noroozi and Favaro 2016, https://arxiv.org/abs/1603.09246
/// </summary>
public sealed class JigsawAlexNet : nn.Module, IBackbone
{
    private const int SmallestSide = 33; // leaves one place after the third pool
    private const int Groups = 2;
    private readonly Conv2d conv1;
    private readonly Conv2d conv2;
    private readonly Conv2d conv3;
    private readonly Conv2d conv4;
    private readonly Conv2d conv5;
    private readonly LocalResponseNorm norm = nn.LocalResponseNorm(5, alpha: 1e-4, beta: 0.75);

    /// <summary>Builds the network for the data's channels.</summary>
    public JigsawAlexNet(DataInfo data)
        : base("jigsaw-alexnet")
    {
        Channels = data.Channels;
        conv1 = nn.Conv2d(Channels, 96, 11, stride: 2);
        conv2 = nn.Conv2d(96, 256, 5, padding: 2, groups: Groups);
        conv3 = nn.Conv2d(256, 384, 3, padding: 1);
        conv4 = nn.Conv2d(384, 384, 3, padding: 1, groups: Groups);
        conv5 = nn.Conv2d(384, FeatureDimension, 3, padding: 1, groups: Groups);
        foreach (var (layer, bias) in new[] { (conv1, 0), (conv2, 1), (conv3, 0), (conv4, 1), (conv5, 1) })
        {
            nn.init.normal_(layer.weight, 0, 0.01);
            nn.init.constant_(layer.bias!, bias);
        }

        RegisterComponents();
    }

    /// <inheritdoc/>
    public nn.Module Module => this;

    /// <inheritdoc/>
    public int Channels { get; }

    /// <summary>256, the channels of the last convolution.</summary>
    public int FeatureDimension => 256;

    /// <summary><c>conv1</c> … <c>conv5</c>.</summary>
    public IReadOnlyList<BackboneLayer> Layers =>
        [.. named_children().Where(child => child.module is Conv2d)
            .Select(child => new BackboneLayer(child.name, [.. child.module.parameters()]))];

    /// <summary>Returns the last convolution, pooled and averaged over the image.</summary>
    /// <param name="images">float32 [N, C, H, W], at least 33×33; the paper's tiles are 64×64.</param>
    /// <returns>[N, 256].</returns>
    /// <exception cref="ExperimentException">The images are too small.</exception>
    public Tensor Forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        return FeaturesOf(ForwardLayers(images)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor FeaturesOf(IReadOnlyList<Tensor> layers) => layers[^1].mean([2, 3]);

    /// <summary>Returns every layer after its ReLU and before its pool, but the last after it: what the paper's <c>fc6</c> reads.</summary>
    /// <param name="images">float32 [N, C, H, W], at least 33×33.</param>
    /// <returns>At 64 pixels [N, 96, 27, 27], [N, 256, 13, 13], [N, 384, 6, 6] twice, [N, 256, 3, 3].</returns>
    /// <exception cref="ExperimentException">The images are too small.</exception>
    public IReadOnlyList<Tensor> ForwardLayers(Tensor images)
    {
        SmallestImage.Require(images, SmallestSide, "jigsaw-alexnet", "take \"resnet18\" for small images and tiles");
        using var scope = NewDisposeScope();
        var map1 = conv1.call(images).relu();
        var map2 = conv2.call(norm.call(CaffeLayers.MaxPool(map1))).relu();
        var map3 = conv3.call(norm.call(CaffeLayers.MaxPool(map2))).relu();
        var map4 = conv4.call(map3).relu();
        var map5 = CaffeLayers.MaxPool(conv5.call(map4).relu());
        return [.. new[] { map1, map2, map3, map4, map5 }.Select(map => map.MoveToOuterDisposeScope())];
    }
}
