using TorchSharp.Modules;

namespace SslFramework.Core.Backbones.Historical;

/// <summary>
/// The AlexNet of RotNet's ImageNet experiments: batch norm everywhere, no local response norm, dropout or groups.
/// State-dict keys are those of the authors' network without its classifier. Gidaris et al. 2018,
/// https://arxiv.org/abs/1803.07728
/// </summary>
public sealed class RotNetAlexNet : nn.Module, IBackbone
{
    private const int SmallestSide = 63; // leaves one place after the third pool
    private const int PooledSide = 6; // what 224 pixels give
    private readonly Sequential[] blocks; // five convolutions and both fully connected layers; a separate field would register them twice

    /// <summary>Builds the network for the data's channels.</summary>
    public RotNetAlexNet(DataInfo data)
        : base("rotnet-alexnet")
    {
        Channels = data.Channels;
        blocks =
        [
            Convolution(Channels, 64, 11, stride: 4, padding: 2),
            Convolution(64, 192, 5, padding: 2),
            Convolution(192, 384, 3, padding: 1),
            Convolution(384, 256, 3, padding: 1),
            Convolution(256, 256, 3, padding: 1),
            nn.Sequential(
                ("0", nn.Flatten()),
                ("1", nn.Linear(256 * PooledSide * PooledSide, FeatureDimension, hasBias: false)),
                ("2", nn.BatchNorm1d(FeatureDimension)),
                ("3", nn.ReLU(inplace: true)),
                ("4", nn.Linear(FeatureDimension, FeatureDimension, hasBias: false)),
                ("5", nn.BatchNorm1d(FeatureDimension)),
                ("6", nn.ReLU(inplace: true))),
        ];

        // The gaps in the numbers are the authors' pooling layers.
        register_module("_feature_blocks", nn.Sequential(
            ("0", blocks[0]), ("2", blocks[1]), ("4", blocks[2]), ("5", blocks[3]), ("6", blocks[4]), ("8", blocks[5])));
    }

    /// <inheritdoc/>
    public nn.Module Module => this;

    /// <inheritdoc/>
    public int Channels { get; }

    /// <summary>4096, the second fully connected layer.</summary>
    public int FeatureDimension => 4096;

    /// <summary><c>conv1</c> … <c>conv5</c> and <c>fc</c>, which is both fully connected layers.</summary>
    public IReadOnlyList<BackboneLayer> Layers =>
        [.. blocks.Select((block, i) => new BackboneLayer(i < blocks.Length - 1 ? $"conv{i + 1}" : "fc", [.. block.parameters()]))];

    /// <summary>Returns the second fully connected layer.</summary>
    /// <param name="images">float32 [N, C, H, W], at least 63×63; the paper's are 224×224.</param>
    /// <returns>[N, 4096].</returns>
    /// <exception cref="ExperimentException">The images are too small.</exception>
    public Tensor Forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        return ForwardLayers(images)[^1].MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor FeaturesOf(IReadOnlyList<Tensor> layers) => layers[^1];

    /// <summary>Returns every convolution after its ReLU and before its pool, then the second fully connected layer.</summary>
    /// <param name="images">float32 [N, C, H, W], at least 63×63.</param>
    /// <returns>At 224 pixels [N, 64, 55, 55], [N, 192, 27, 27], [N, 384, 13, 13], [N, 256, 13, 13] twice, [N, 4096].</returns>
    /// <exception cref="ExperimentException">The images are too small.</exception>
    public IReadOnlyList<Tensor> ForwardLayers(Tensor images)
    {
        SmallestImage.Require(
            images, SmallestSide, "rotnet-alexnet", "take \"rotnet-nin\" or \"resnet18\" for small images, or crop larger ones");
        using var scope = NewDisposeScope();
        var outputs = new Tensor[blocks.Length];
        var x = images;
        for (var i = 0; i < blocks.Length - 1; i++)
        {
            outputs[i] = x = blocks[i].call(x);
            x = i is 0 or 1 or 4 ? nn.functional.max_pool2d(x, 3, stride: 2) : x;
        }

        // At 224 pixels this pool changes nothing; it lets other sizes through.
        outputs[^1] = blocks[^1].call(nn.functional.adaptive_avg_pool2d(x, PooledSide));
        return [.. outputs.Select(output => output.MoveToOuterDisposeScope())];
    }

    private static Sequential Convolution(int input, int output, int kernel, int stride = 1, int padding = 0) => nn.Sequential(
        nn.Conv2d(input, output, kernel, stride: stride, padding: padding), nn.BatchNorm2d(output), nn.ReLU(inplace: true));
}
