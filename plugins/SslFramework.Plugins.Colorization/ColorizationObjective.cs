using SslFramework.Core.Augmentations.Batched;
using SslFramework.Core.Backbones;
using Conv2d = TorchSharp.Modules.Conv2d;

namespace SslFramework.Plugins.Colorization;

/// <summary>
/// Colorization: sees how light an image is, and tells the color of its places, as a distribution over classes of colors in which rare ones
/// weigh more. Zhang et al. 2016, https://arxiv.org/abs/1603.08511
/// </summary>
public sealed class ColorizationObjective : PretextObjective<LightnessBackbone>, IFigureSource, IWarningSource
{
    private readonly Tensor prior; // [313]: the share of each class; saved, so that a run keeps it
    private readonly Conv2d head;
    private readonly ColorizationOptions options;
    private readonly double colorful;

    /// <summary>Builds the objective, and counts the colors of the training images.</summary>
    /// <exception cref="ExperimentException">Data, views and backbone do not go together.</exception>
    public ColorizationObjective(ColorizationOptions options, IBackboneFactory backbones, DataInfo data, IDataSource source)
        : base(data.Channels == 3 ? backbones.Create<LightnessBackbone>() : throw NoColors())
    {
        this.options = options;
        data.RequireUnitRange("The objective \"colorization\"");
        (var shares, colorful) = ColorPrior.Of(source, options.PriorImages);
        prior = colorful > 0 ? shares.DetachFromDisposeScope() : throw NoColors();
        head = nn.Conv2d(PooledMaps.Length(Backbone, new ImageSize(data.Views[0].Height, data.Views[0].Width), 1), ColorBins.Count, 1);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Warnings => colorful >= 0.5 ? [] :
    [
        $"Only {100 * colorful:F0} % of the images have colors, and colorization learns nothing from the others; leave them out.",
    ];

    /// <inheritdoc/>
    public override StepResult ComputeLoss(ViewBatch batch, StepContext step)
    {
        var (bins, shares, weights) = Targets(batch.Single());
        var (n, h, w) = (batch.Count, bins.shape[1], bins.shape[2]);
        var logShares = Predict(batch.Single(), h, w).log_softmax(1).permute(0, 2, 3, 1).reshape(-1, ColorBins.Count); // [M, 313]
        (bins, shares) = (bins.flatten(0, 2), shares.flatten(0, 2)); // [M, 10]
        var divergence = Divergence(logShares, bins, shares); // [M]
        var mean = divergence.detach().mean();
        var guess = prior.clamp_min(1e-8).log().to(logShares.dtype).expand(n * h * w, -1); // of one who knows nothing of the image
        return new StepResult(
            (divergence * weights.flatten()).mean(),
            ("divergence", mean),
            ("relativeDivergence", mean / Divergence(guess, bins, shares).mean().clamp_min(1e-6)),
            ("accuracy", logShares.detach().argmax(1).eq(bins.select(1, 0)).to(float32).mean()),
            ("colorfulImages", weights.flatten(1).amax([1]).gt(0).to(float32).mean()));
    }

    /// <summary>Draws what the network sees of each view, and the colors that it gives it.</summary>
    public IReadOnlyList<Figure> DrawFigures(ViewBatch batch, StepContext step)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        var view = batch.Single();
        var ab = ColorBins.AnnealedMean(head.call(Backbone.ForwardLayers(view)[^1]).AtLeastFloat32());
        ab = nn.functional.interpolate(ab, [view.shape[2], view.shape[3]], mode: InterpolationMode.Bilinear, align_corners: false);
        var lightness = Lab.FromRgb(view).narrow(1, 0, 1);
        Tensor[] pictures = [Lab.ToRgb(cat([lightness, zeros_like(ab)], 1)), Lab.ToRgb(cat([lightness, ab], 1)), view];
        var shown = stack(pictures, 1).clamp(0, 1).mul(255).round().to(uint8).cpu();
        return [new Figure(
            "What the network sees, and the colors it gives it", shown.MoveToOuterDisposeScope(), ["seen", "colored", "view"])];
    }

    /// <summary>What is said of images without colors.</summary>
    internal static ExperimentException NoColors() => new(
        FailureKind.Config,
        "Colorization predicts colors, and the data is gray; use color images, or \"context-encoder\", which needs none.");

    /// <summary>How far a predicted distribution is from the true one, of each color (Kullback–Leibler).</summary>
    /// <param name="logShares">The predicted shares of all classes, as logarithms, [M, 313].</param>
    /// <param name="bins">The classes that have a share, int64 [M, 10].</param>
    /// <param name="shares">Their true shares, [M, 10].</param>
    /// <returns>[M].</returns>
    public static Tensor Divergence(Tensor logShares, Tensor bins, Tensor shares) =>
        (shares * (shares.clamp_min(1e-30).log() - logShares.gather(1, bins))).sum([1]);

    /// <summary>The colors of the places that are predicted, and how much each counts.</summary>
    /// <returns>Classes int64 [N, h, w, 10], their shares, and weights [N, h, w], 0 in images without colors.</returns>
    private (Tensor Bins, Tensor Shares, Tensor Weights) Targets(Tensor images)
    {
        using var gradient = no_grad();
        using var float32Only = Autocast.Pause(images.device_type);
        using var scope = NewDisposeScope();
        var ab = ColorBins.Pick(Lab.FromRgb(images), options.TargetStride).narrow(3, 1, 2); // [N, h, w, 2]
        long[] grid = [.. ab.shape[..3]];
        var (bins, shares) = ColorBins.Soften(ab.reshape(-1, 2));
        var weights = ColorPrior.Weights(prior, options.UniformShare).to(images.dtype)[bins.select(1, 0)].view(grid);
        weights = weights * ColorPrior.IsColorful(ab.permute(0, 3, 1, 2)).view(-1, 1, 1);
        return (
            bins.view([.. grid, -1]).MoveToOuterDisposeScope(),
            shares.view([.. grid, -1]).MoveToOuterDisposeScope(),
            weights.MoveToOuterDisposeScope());
    }

    /// <summary>[N, 3, H, W] → logits [N, 313, h, w].</summary>
    private Tensor Predict(Tensor images, long height, long width)
    {
        var logits = head.call(Backbone.ForwardLayers(images)[^1]).AtLeastFloat32();
        return logits.shape[2] == height && logits.shape[3] == width
            ? logits : nn.functional.interpolate(logits, [height, width], mode: InterpolationMode.Nearest);
    }
}
