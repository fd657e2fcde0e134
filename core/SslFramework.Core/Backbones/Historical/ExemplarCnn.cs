using TorchSharp.Modules;

namespace SslFramework.Core.Backbones.Historical;

/// <summary>
/// The network of Exemplar-CNN: 5×5 convolutions, the first two with Caffe's 3×3 pools (which round up), and one fully
/// connected layer, which runs over larger images like a convolution. Dosovitskiy et al. 2014, https://arxiv.org/abs/1406.6909
/// </summary>
public sealed class ExemplarCnn : nn.Module, IBackbone
{
    private const int Pools = 2;
    private const int Quarters = 4;
    private readonly Conv2d[] layers;
    private readonly Dropout dropout;
    private readonly ExemplarCnnOptions options;

    /// <summary>Builds the network for the data's channels.</summary>
    public ExemplarCnn(ExemplarCnnOptions options, DataInfo data)
        : base("exemplar-cnn")
    {
        (this.options, Channels) = (options, data.Channels);
        var side = Pooled(Pooled(options.PatchSize));
        var inputs = options.Maps.Prepend(Channels).ToArray();
        layers =
            [.. options.Maps.Select((maps, i) => nn.Conv2d(inputs[i], maps, 5, padding: 2)), nn.Conv2d(inputs[^1], options.Hidden, side)];
        dropout = nn.Dropout(options.Dropout);
        for (var i = 0; i < layers.Length; i++)
        {
            // Standard deviations of the authors' solver: 0.05, 0.02, 0.01, and so on.
            nn.init.normal_(layers[i].weight, 0, i switch { 0 => 0.05, 1 => 0.02, _ => 0.01 });
            nn.init.constant_(layers[i].bias!, 0.1);
            register_module(NameOf(i), layers[i]);
        }

        register_module("dropout", dropout);
    }

    /// <inheritdoc/>
    public nn.Module Module => this;

    /// <inheritdoc/>
    public int Channels { get; }

    /// <inheritdoc/>
    public int FeatureDimension =>
        options.Features == ExemplarFeatures.Hidden ? options.Hidden : Quarters * (options.Maps.Sum() + options.Hidden);

    /// <summary>Units of the fully connected layer.</summary>
    public int HiddenUnits => options.Hidden;

    /// <summary><c>conv1</c>, <c>conv2</c> and so on, then <c>fc</c>.</summary>
    public IReadOnlyList<BackboneLayer> Layers => [.. layers.Select((layer, i) => new BackboneLayer(NameOf(i), [.. layer.parameters()]))];

    /// <summary>Returns the features that the options ask for.</summary>
    /// <param name="images">float32 [N, C, H, W], at least as large as a patch.</param>
    /// <returns>[N, D].</returns>
    /// <exception cref="ExperimentException">The images are smaller than a patch.</exception>
    public Tensor Forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        return FeaturesOf(ForwardLayers(images)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor FeaturesOf(IReadOnlyList<Tensor> layers)
    {
        using var scope = NewDisposeScope();
        return options.Features == ExemplarFeatures.Hidden
            ? layers[^1].mean([2, 3]).MoveToOuterDisposeScope()
            : cat([.. layers.Select(maps => nn.functional.adaptive_max_pool2d(maps, [2, 2]).flatten(1))], 1).MoveToOuterDisposeScope();
    }

    /// <summary>Returns the fully connected layer, averaged over the image if that is larger than a patch.</summary>
    /// <param name="images">float32 [N, C, H, W], at least as large as a patch.</param>
    /// <returns>[N, hidden].</returns>
    /// <exception cref="ExperimentException">The images are smaller than a patch.</exception>
    public Tensor Hidden(Tensor images)
    {
        using var scope = NewDisposeScope();
        return ForwardLayers(images)[^1].mean([2, 3]).MoveToOuterDisposeScope();
    }

    /// <summary>Returns every layer after its ReLU and before its pool.</summary>
    /// <param name="images">float32 [N, C, H, W], at least as large as a patch.</param>
    /// <returns>At 32 pixels [N, 64, 32, 32], [N, 128, 16, 16], [N, 256, 8, 8], [N, 512, 1, 1].</returns>
    /// <exception cref="ExperimentException">The images are smaller than a patch.</exception>
    public IReadOnlyList<Tensor> ForwardLayers(Tensor images)
    {
        SmallestImage.Require(images, options.PatchSize, "exemplar-cnn", "lower its \"patchSize\", or resize the images");
        using var scope = NewDisposeScope();
        var outputs = new Tensor[layers.Length];
        var x = images;
        for (var i = 0; i < layers.Length; i++)
        {
            outputs[i] = x = layers[i].call(x).relu();
            x = i < Pools ? CaffeLayers.MaxPool(x) : x;
        }

        outputs[^1] = dropout.call(outputs[^1]);
        return [.. outputs.Select(output => output.MoveToOuterDisposeScope())];
    }

    private string NameOf(int layer) => layer < options.Maps.Count ? $"conv{layer + 1}" : "fc";

    private static int Pooled(int side) => ((side - 2) / 2) + 1; // ⌈(side − 3) / 2⌉ + 1
}
