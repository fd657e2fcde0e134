using SslFramework.Core.Augmentations.Batched;
using SslFramework.Core.Tensors;

namespace SslFramework.Core.Backbones.Streams;

/// <summary>
/// Two networks side by side, one for the lightness of an image and one for its colors, whose outputs are joined layer by layer. Zhang et
/// al. 2017, https://arxiv.org/abs/1611.09842; Tian et al. 2019, https://arxiv.org/abs/1906.05849
/// </summary>
public sealed class ColorStreams : nn.Module, ITwoStreamBackbone
{
    private const double Sigma = 2; // pixels

    // What lies in the middle of each channel's values, and how far they reach from it: over all colors, −1 to 1.
    private static readonly (double Middle, double Reach)[] LabRange = [(50, 50), (6.025, 92.208), (-6.6895, 101.1675)];
    private static readonly (double Middle, double Reach)[] YcbcrRange = [(125.5, 109.5), (128, 112), (128, 112)];

    // RegisterComponents is not used: the halves are registered once, under their own names.
    private readonly Func<(IBackbone First, IBackbone Second)> halves;
    private readonly StreamSpace space;

    /// <summary>Builds both networks.</summary>
    /// <exception cref="ExperimentException">The images have no colors, or the networks take other channels.</exception>
    public ColorStreams(ColorStreamsOptions options, IComponentFactory components, DataInfo data)
        : base("colorStreams")
    {
        (space, Channels) = (options.Space, data.Channels);
        if (ReadsColors && Channels != 3)
        {
            throw new ExperimentException(
                FailureKind.Config,
                "The images are gray, and \"color-streams\" would split off colors that all are 0; "
                + "set \"space\": \"laplacian\" in \"backbone\", which splits them into coarse and fine structure.");
        }

        var (first, second) = space == StreamSpace.Laplacian ? (Channels, Channels) : (1, 2);
        var pair = (First: New(first), Second: New(second));
        halves = () => pair;
        register_module("first", pair.First.Module);
        register_module("second", pair.Second.Module);

        IBackbone New(int channels)
        {
            var half = components.Create(options.Half!, data with { Channels = channels });
            return half.Channels == channels ? half : throw new ExperimentException(
                FailureKind.Config,
                $"A half of \"color-streams\" gets {channels} channels, but \"half\" takes {half.Channels}; remove \"channels\" in it.");
        }
    }

    /// <inheritdoc/>
    public nn.Module Module => this;

    /// <inheritdoc/>
    public int Channels { get; }

    /// <inheritdoc/>
    public IBackbone First => halves().First;

    /// <inheritdoc/>
    public IBackbone Second => halves().Second;

    /// <summary>Twice that of a half.</summary>
    public int FeatureDimension => First.FeatureDimension + Second.FeatureDimension;

    /// <summary>The layers of a half, by their names; each holds the parameters of both.</summary>
    public IReadOnlyList<BackboneLayer> Layers =>
    [
        .. First.Layers.Zip(Second.Layers, (a, b) => new BackboneLayer(a.Name, [.. a.Parameters, .. b.Parameters])),
    ];

    /// <inheritdoc/>
    public bool ReadsColors => space != StreamSpace.Laplacian;

    /// <inheritdoc/>
    public (Tensor First, Tensor Second) Split(Tensor images)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        using var float32Only = Autocast.Pause(images.device_type);
        if (space == StreamSpace.Laplacian)
        {
            var coarse = LowPass.Apply(images, Sigma);
            return (coarse.MoveToOuterDisposeScope(), (images - coarse).MoveToOuterDisposeScope());
        }

        var (colors, range) = space == StreamSpace.Lab ? (Lab.FromRgb(images), LabRange) : (Ycbcr.FromRgb(images), YcbcrRange);
        var scaled = (colors - Row(range.Select(r => r.Middle))) / Row(range.Select(r => r.Reach)); // [N, 3, H, W]
        return (scaled.narrow(1, 0, 1).MoveToOuterDisposeScope(), scaled.narrow(1, 1, 2).MoveToOuterDisposeScope());

        Tensor Row(IEnumerable<double> numbers) => tensor([.. numbers], images.dtype, images.device).view(1, 3, 1, 1);
    }

    /// <summary>Joins the features of both networks.</summary>
    /// <param name="images">float32 [N, C, H, W].</param>
    /// <returns>[N, D].</returns>
    public Tensor Forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        var (first, second) = Split(images);
        return cat([First.Forward(first), Second.Forward(second)], 1).MoveToOuterDisposeScope();
    }

    /// <summary>Joins what equal layers of both networks give, along their channels.</summary>
    /// <param name="images">float32 [N, C, H, W].</param>
    public IReadOnlyList<Tensor> ForwardLayers(Tensor images)
    {
        using var scope = NewDisposeScope();
        var (first, second) = Split(images);
        var (a, b) = (First.ForwardLayers(first), Second.ForwardLayers(second));
        return [.. a.Zip(b, (one, other) => cat([one, other], ChannelsOf(one)).MoveToOuterDisposeScope())];
    }

    /// <inheritdoc/>
    public Tensor? FeaturesOf(IReadOnlyList<Tensor> layers)
    {
        using var scope = NewDisposeScope();
        var parts = layers.Select(layer => layer.chunk(2, ChannelsOf(layer))).ToArray();
        var first = First.FeaturesOf([.. parts.Select(part => part[0])]);
        var second = Second.FeaturesOf([.. parts.Select(part => part[1])]);
        return first is null || second is null ? null : cat([first, second], 1).MoveToOuterDisposeScope();
    }

    /// <summary>Dimension 1 of maps and vectors, 2 of tokens [N, L, D].</summary>
    private static long ChannelsOf(Tensor layer) => layer.ndim == 3 ? 2 : 1;
}
