using SslFramework.Core.Diagnostics;
using TorchSharp.Modules;
using TorchSharp.Utils;
using Embedding = SslFramework.Core.Diagnostics.Embedding;

namespace SslFramework.Plugins.SimMIM;

/// <summary>
/// SimMIM: hides random cells of an image behind a learned token, encodes all of it, and predicts the hidden pixels by one linear layer.
/// Xie et al. 2022, https://arxiv.org/abs/2111.09886
/// </summary>
public sealed class SimMimObjective : PretextObjective<IMaskableBackbone>, IFigureSource
{
    private readonly SimMimOptions options;
    [ComponentName(Name = "mask_token")] private readonly Parameter maskToken; // [1, 1, D]
    private readonly Sequential decoder;

    /// <summary>Builds the objective.</summary>
    /// <exception cref="ExperimentException">Cells are not made of whole patches.</exception>
    public SimMimObjective(SimMimOptions options, IBackboneFactory backbones)
        : base(backbones.Create<IMaskableBackbone>())
    {
        this.options = options;
        if (options.MaskCell % Backbone.PatchSize != 0)
        {
            throw new ExperimentException(
                FailureKind.Config,
                $"In \"objective\", \"maskCell\" is {options.MaskCell}, which is not a multiple of the backbone's patches of "
                + $"{Backbone.PatchSize} pixels; change it, or \"patchSize\" in \"backbone\".");
        }

        var stride = Backbone.EncodedStride;
        maskToken = (Parameter)new Parameter(nn.init.normal_(zeros(1, 1, Backbone.EmbeddedDimension), 0, 0.02)).DetachFromDisposeScope();
        decoder = nn.Sequential(nn.Conv2d(Backbone.FeatureDimension, stride * stride * Backbone.Channels, 1), nn.PixelShuffle(stride));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override StepResult ComputeLoss(ViewBatch batch, StepContext step)
    {
        var images = batch.Single(); // [N, C, H, W]
        var hidden = Hide(batch, step);
        var (maps, prediction) = Reconstruct(images, hidden);
        return new StepResult(
            Loss(prediction, images, hidden),
            ("predictionDeviation", prediction.detach().std()), ("maskFraction", hidden.to(float32).mean()),
            ("embeddingDeviation", Embedding.Deviation(maps.detach().mean([2, 3]))));
    }

    /// <summary>Encodes images [N, C, H, W] without their hidden cells, bool [N, R, S], and predicts all pixels.</summary>
    /// <returns>Encoded maps [N, D, h, w], and predicted images [N, C, H, W].</returns>
    public (Tensor Maps, Tensor Prediction) Reconstruct(Tensor images, Tensor hidden)
    {
        var maps = Backbone.EncodeMasked(images, Enlarged(hidden, options.MaskCell / Backbone.PatchSize).flatten(1), maskToken);
        return (maps, decoder.call(maps).AtLeastFloat32());
    }

    /// <summary>
    /// The mean absolute error over hidden pixels alone: predictions and images [N, C, H, W], hidden cells bool [N, R, S].
    /// </summary>
    public Tensor Loss(Tensor prediction, Tensor images, Tensor hidden)
    {
        using var float32Only = Autocast.Pause(images.device_type);
        var pixels = Enlarged(hidden, options.MaskCell).unsqueeze(1); // [N, 1, H, W]
        return ((prediction - images).abs() * pixels).sum() / (pixels.sum() * Backbone.Channels);
    }

    /// <summary>Draws originals, what the network sees of them, and what it predicts for the rest.</summary>
    public IReadOnlyList<Figure> DrawFigures(ViewBatch batch, StepContext step)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        var (images, hidden) = (batch.Single(), Hide(batch, step));
        var (original, predicted) = (ShownPixels.Of(images), ShownPixels.Of(Reconstruct(images, hidden).Prediction, images));
        var pixels = Enlarged(hidden, options.MaskCell).unsqueeze(1);
        var gray = full_like(original, 128);
        var pictures = stack([original, where(pixels, gray, original), where(pixels, predicted, original)], 1).cpu(); // [N, 3, C, H, W]
        return [new Figure("Predictions", pictures.MoveToOuterDisposeScope(), ["original", "seen", "with predicted cells"])];
    }

    /// <summary>Draws for each image the cells that are hidden: as many of each.</summary>
    /// <returns>bool [N, R, S].</returns>
    private Tensor Hide(ViewBatch batch, StepContext step)
    {
        var (shape, cell) = (batch.Single().shape, options.MaskCell);
        var (rows, columns) = ((int)shape[2] / cell, (int)shape[3] / cell);
        var hidden = (int)Math.Ceiling(rows * columns * options.MaskRatio);
        var problem = shape[2] % cell + shape[3] % cell > 0 ? $"sides are no multiples of \"maskCell\" {cell} in \"objective\""
            : shape[2] % Backbone.EncodedStride + shape[3] % Backbone.EncodedStride > 0
                ? $"sides are no multiples of the {Backbone.EncodedStride} pixels per place of the backbone's last maps"
            : hidden == rows * columns ? $"{hidden} cells would all be hidden by \"maskRatio\" {options.MaskRatio} in \"objective\""
            : null;
        return problem is null
            ? PatchMask.Draw(step.Random.Uniform(batch, rows * columns), (rows * columns) - hidden).Removed.unflatten(1, [rows, columns])
            : throw new ExperimentException(
                FailureKind.Config, $"The views' {problem}; the views are {shape[2]} × {shape[3]}: change either.");
    }

    /// <summary>Repeats every value: [N, R, S] → [N, R · times, S · times].</summary>
    private static Tensor Enlarged(Tensor values, long times)
    {
        var (n, rows, columns) = (values.shape[0], values.shape[1], values.shape[2]);
        return values.view(n, rows, 1, columns, 1).expand(-1, -1, times, -1, times).reshape(n, rows * times, columns * times);
    }
}
