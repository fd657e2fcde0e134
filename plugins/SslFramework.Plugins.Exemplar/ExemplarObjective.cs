using SslFramework.Core.Augmentations.Batched;
using SslFramework.Core.Backbones.Historical;
using SslFramework.Core.Diagnostics;
using Linear = TorchSharp.Modules.Linear;

namespace SslFramework.Plugins.Exemplar;

/// <summary>Makes every seed patch a class of its own, and classifies which seed a randomly transformed patch comes from.</summary>
public sealed class ExemplarObjective : PretextObjective<IBackbone>, IFigureSource
{
    private const int FigureColumns = 6;
    private readonly nn.Module<Tensor, Tensor> norm;
    private readonly Linear classifier;
    private readonly Tensor colourMean;
    private readonly Tensor colourAxes;
    private readonly ExemplarOptions options;

    /// <summary>Builds the objective: as many classes as the data has images, and color axes from their pixels.</summary>
    /// <exception cref="ExperimentException">An image cannot be read, or an option does not fit the channels.</exception>
    public ExemplarObjective(ExemplarOptions options, IBackboneFactory backbones, IDataSource source)
        : base(backbones.Create<IBackbone>())
    {
        this.options = options;
        RequireOneEach(options.Mean, nameof(options.Mean), source.Channels);
        RequireOneEach(options.Std, nameof(options.Std), source.Channels);
        RequireOneEach(options.AxisDeviations ?? [], nameof(options.AxisDeviations), source.Channels);
        var length = Backbone.As<ExemplarCnn>() is { } cnn ? cnn.HiddenUnits : Backbone.FeatureDimension;
        norm = options.FeatureNorm ? nn.BatchNorm1d(length, affine: false) : nn.Identity();
        classifier = nn.Linear(length, source.Count);
        nn.init.normal_(classifier.weight, 0, 0.005);
        nn.init.zeros_(classifier.bias!);
        (colourMean, colourAxes) = ColorAxes.Of(source);
        RegisterComponents();
    }

    /// <summary>The seeds themselves, normalized: no transformation is drawn for them.</summary>
    public override Tensor BackboneImages(ViewBatch batch) => Normalized(Seeds(batch.Single()));

    /// <inheritdoc/>
    public override StepResult ComputeLoss(ViewBatch batch, StepContext step)
    {
        var patches = Normalized(Transformed(batch.Single(), batch, step.Random)); // [N, C, p, p]
        var seeds = tensor([.. batch.Indices], device: batch.Device); // [N]

        // The paper's network is evaluated by pooled maps of all layers, but it learns from its last one.
        var features = Backbone.As<ExemplarCnn>() is { } cnn ? cnn.Hidden(patches) : Backbone.Forward(patches); // [N, D]
        var logits = classifier.call(norm.call(features)).AtLeastFloat32(); // [N, seeds]
        return new StepResult(
            nn.functional.cross_entropy(logits, seeds),
            ("accuracy", logits.detach().argmax(1).eq(seeds).to(float32).mean()),
            ("embeddingDeviation", Embedding.Deviation(features.detach())));
    }

    /// <summary>Draws some seeds as they are, and in several transformations each.</summary>
    public IReadOnlyList<Figure> DrawFigures(ViewBatch batch, StepContext step)
    {
        using var scope = NewDisposeScope();
        var windows = batch.Single(); // [N, C, w, w]
        var seed = Seeds(windows);

        // Each with another sample number, so that all transformations differ.
        var transformed = Enumerable.Range(0, FigureColumns).Select(column => Transformed(
            windows,
            new ViewBatch([windows], [.. batch.Indices.Select(index => index + ((long)column * classifier.out_features))]),
            step.Random));
        var pictures = stack([seed, .. transformed], 1).clamp(0, 1).mul(255).round().to(uint8).cpu(); // [N, 1 + columns, C, p, p]
        return [new Figure(
            "Seeds, and transformations of them that the network must take for the same",
            pictures.MoveToOuterDisposeScope(), ["seed", .. Enumerable.Repeat("", FigureColumns)])];
    }

    private Tensor Seeds(Tensor windows) // [N, C, w, w] → [N, C, p, p]
    {
        var (side, border) = (options.PatchSize, (windows.shape[3] - options.PatchSize) / 2);
        return windows.narrow(2, border, side).narrow(3, border, side);
    }

    private Tensor Transformed(Tensor windows, ViewBatch batch, StepRandom random)
    {
        using var gradient = no_grad();
        using var float32Only = Autocast.Pause(windows.device_type);
        using var scope = NewDisposeScope();
        if (windows.shape[2] != windows.shape[3])
        {
            throw new ExperimentException(
                FailureKind.Config,
                $"Exemplar needs square views, but they are {windows.shape[2]}×{windows.shape[3]}; "
                + "let the data source \"exemplarSeeds\" cut them.");
        }

        var transformations = new Transformations(options, windows.shape[3]);
        var parameters = transformations.Draw(batch, random, (int)windows.shape[1]);
        var patches = transformations.Apply(windows, parameters, colourMean, colourAxes);
        return patches.MoveToOuterDisposeScope();
    }

    private Tensor Normalized(Tensor patches)
    {
        return (patches - PerChannel(options.Mean, 0)) / PerChannel(options.Std, 1);

        Tensor PerChannel(IReadOnlyList<double> values, double absent) =>
            tensor(values.Count > 0 ? [.. values] : new[] { absent }, patches.dtype, patches.device).view(1, -1, 1, 1);
    }

    private static void RequireOneEach(IReadOnlyList<double> values, string option, int channels)
    {
        if (values.Count > 0 && values.Count != channels && !(option == nameof(ExemplarOptions.AxisDeviations) && values.Count > channels))
        {
            throw new ExperimentException(
                FailureKind.Config,
                $"\"{char.ToLowerInvariant(option[0])}{option[1..]}\" of the objective \"exemplar\" has {values.Count} numbers, "
                + $"but images have {channels} channels; give one for each.");
        }
    }
}
