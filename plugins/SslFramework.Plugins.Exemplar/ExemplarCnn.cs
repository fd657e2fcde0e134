using System.ComponentModel.DataAnnotations;
using TorchSharp.Modules;

namespace SslFramework.Plugins.Exemplar;

/// <summary>Options of <see cref="ExemplarCnn"/>; the defaults are the network 64c5-128c5-256c5-512f.</summary>
public sealed record ExemplarCnnOptions : IValidatableObject
{
    /// <summary>Channels of each 5×5 convolution: [64, 64] in the paper's small network, [92, 256, 512] in its largest.</summary>
    [Range(1, 4096)]
    public IReadOnlyList<int> Maps { get; init; } = [64, 128, 256];

    /// <summary>Units of the fully connected layer: 128 in the small network, 1024 in the largest.</summary>
    [Range(1, 65536)]
    public int Hidden { get; init; } = 512;

    /// <summary>Side of the patches that the fully connected layer takes whole.</summary>
    [Range(8, 256)]
    public int PatchSize { get; init; } = 32;

    /// <summary>Part of the hidden units that are dropped in training.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Dropout { get; init; } = 0.5;

    /// <summary>What the features of an image are.</summary>
    public ExemplarFeatures Features { get; init; } = ExemplarFeatures.Quadrants;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Maps.Count is < 2 or > 8)
        {
            yield return new ValidationResult("\"maps\" must be 2 to 8 numbers, such as [64, 128, 256]", [nameof(Maps)]);
        }
    }
}

/// <summary>Features of <see cref="ExemplarCnn"/>.</summary>
public enum ExemplarFeatures
{
    /// <summary>The largest value of every map of every layer in each quarter of the image: the paper's evaluation.</summary>
    Quadrants,

    /// <summary>The hidden units, averaged over the image where it is larger than a patch.</summary>
    Hidden,
}

/// <summary>
/// The paper's network: 5×5 convolutions, the first two with Caffe's 3×3 pools (which round up), and one fully connected
/// layer, which runs over larger images like a convolution.
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
        layers = [.. options.Maps.Select((maps, i) => nn.Conv2d(inputs[i], maps, 5, padding: 2)), nn.Conv2d(inputs[^1], options.Hidden, side)];
        dropout = nn.Dropout(options.Dropout);
        for (var i = 0; i < layers.Length; i++)
        {
            // Deviations of the authors' solver: 0.05, 0.02, 0.01, and so on.
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
    public int FeatureDimension => options.Features == ExemplarFeatures.Hidden ? options.Hidden : Quarters * (options.Maps.Sum() + options.Hidden);

    /// <summary>Units of the fully connected layer.</summary>
    public int HiddenUnits => options.Hidden;

    /// <summary><c>conv1</c> and on, <c>fc</c>.</summary>
    public IReadOnlyList<BackboneLayer> Layers => [.. layers.Select((layer, i) => new BackboneLayer(NameOf(i), [.. layer.parameters()]))];

    /// <summary>The features that the options ask for.</summary>
    /// <param name="images">float32 [N, C, H, W], at least as large as a patch.</param>
    /// <returns>[N, D].</returns>
    /// <exception cref="ExperimentException">The images are smaller than a patch.</exception>
    public Tensor Forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        return options.Features == ExemplarFeatures.Hidden
            ? Hidden(images).MoveToOuterDisposeScope()
            : cat([.. ForwardLayers(images).Select(maps => nn.functional.adaptive_max_pool2d(maps, [2, 2]).flatten(1))], 1).MoveToOuterDisposeScope();
    }

    /// <summary>The fully connected layer, averaged over the image where that is larger than a patch.</summary>
    /// <param name="images">float32 [N, C, H, W], at least as large as a patch.</param>
    /// <returns>[N, hidden].</returns>
    /// <exception cref="ExperimentException">The images are smaller than a patch.</exception>
    public Tensor Hidden(Tensor images)
    {
        using var scope = NewDisposeScope();
        return ForwardLayers(images)[^1].mean([2, 3]).MoveToOuterDisposeScope();
    }

    /// <summary>Every layer after its ReLU and before its pool.</summary>
    /// <param name="images">float32 [N, C, H, W], at least as large as a patch.</param>
    /// <returns>At 32 pixels [N, 64, 32, 32], [N, 128, 16, 16], [N, 256, 8, 8], [N, 512, 1, 1].</returns>
    /// <exception cref="ExperimentException">The images are smaller than a patch.</exception>
    public IReadOnlyList<Tensor> ForwardLayers(Tensor images)
    {
        if (Math.Min(images.shape[2], images.shape[3]) < options.PatchSize)
        {
            throw new ExperimentException(
                ExitCode.Config,
                $"The backbone \"exemplar-cnn\" takes images of at least \"patchSize\" {options.PatchSize}, but they are {images.shape[2]}×{images.shape[3]}; "
                + "lower \"patchSize\", or resize the images.");
        }

        using var scope = NewDisposeScope();
        var outputs = new Tensor[layers.Length];
        var x = images;
        for (var i = 0; i < layers.Length; i++)
        {
            outputs[i] = x = layers[i].call(x).relu();
            x = i < Pools ? nn.functional.max_pool2d(x, 3, stride: 2, ceil_mode: true) : x;
        }

        outputs[^1] = dropout.call(outputs[^1]);
        return [.. outputs.Select(output => output.MoveToOuterDisposeScope())];
    }

    private string NameOf(int layer) => layer < options.Maps.Count ? $"conv{layer + 1}" : "fc";

    private static int Pooled(int side) => ((side - 2) / 2) + 1; // ⌈(side − 3) / 2⌉ + 1
}
