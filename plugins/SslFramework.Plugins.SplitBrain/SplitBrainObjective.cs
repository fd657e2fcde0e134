using SslFramework.Core.Augmentations.Batched;
using SslFramework.Core.Backbones;
using SslFramework.Core.Backbones.Streams;
using static TorchSharp.torch.nn.functional;
using Conv2d = TorchSharp.Modules.Conv2d;

namespace SslFramework.Plugins.SplitBrain;

/// <summary>
/// Split-brain autoencoders: one half of a network sees how light an image is and tells its colors, the other sees its colors and tells how
/// light it is; both together are the features. Zhang et al. 2017, https://arxiv.org/abs/1611.09842
/// </summary>
public sealed class SplitBrainObjective : PretextObjective<ITwoStreamBackbone>, IFigureSource
{
    private readonly Conv2d colors; // of what the first half sees
    private readonly Conv2d lightness; // of what the second half sees
    private readonly SplitBrainOptions options;

    /// <summary>Builds the objective.</summary>
    /// <exception cref="ExperimentException">Data, views and backbone do not go together.</exception>
    public SplitBrainObjective(SplitBrainOptions options, IBackboneFactory backbones, DataInfo data)
        : base(data.Channels == 3 ? backbones.Create<ITwoStreamBackbone>() : throw NoColors())
    {
        this.options = options;
        data.RequireUnitRange("The objective \"split-brain\"");
        if (Backbone.First.Channels != 1 || Backbone.Second.Channels != 2)
        {
            throw new ExperimentException(
                FailureKind.Config,
                "The objective \"split-brain\" needs halves of which one sees lightness and the other colors, and the backbone's see "
                + $"{Backbone.First.Channels} and {Backbone.Second.Channels} channels; set \"space\": \"lab\" in \"backbone\".");
        }

        var view = new ImageSize(data.Views[0].Height, data.Views[0].Width);
        colors = nn.Conv2d(PooledMaps.Length(Backbone.First, view, 1), ColorBins.Count, 1);
        lightness = nn.Conv2d(PooledMaps.Length(Backbone.Second, view, 1), options.LightnessBins, 1);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override StepResult ComputeLoss(ViewBatch batch, StepContext step)
    {
        var (color, level) = Targets(batch.Single()); // [N, h, w]
        var (first, second) = Predict(batch.Single()); // [N, K, h', w']
        (first, second) = (Resized(first, color), Resized(second, level)); // [N, K, h, w]
        var (colorLoss, lightnessLoss) = (cross_entropy(first, color), cross_entropy(second, level));
        return new StepResult(
            colorLoss + lightnessLoss,
            ("colorLoss", colorLoss.detach()),
            ("lightnessLoss", lightnessLoss.detach()),
            ("colorAccuracy", first.detach().argmax(1).eq(color).to(float32).mean()),
            ("lightnessError", Mean(second.detach()).sub(Middle(level)).abs().mean()));
    }

    /// <summary>Draws what each half sees of each view, and what it makes of it.</summary>
    public IReadOnlyList<Figure> DrawFigures(ViewBatch batch, StepContext step)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        var view = batch.Single();
        var lab = Lab.FromRgb(view);
        var (light, ab) = (lab.narrow(1, 0, 1), lab.narrow(1, 1, 2));
        var (first, second) = Predict(view);
        var (colored, lit) = (Enlarged(ColorBins.AnnealedMean(first)), Enlarged(Mean(second).unsqueeze(1)));
        Tensor[] pictures =
        [
            Picture(light, zeros_like(ab)), Picture(light, colored), Picture(full_like(light, 60), ab), Picture(lit, ab), view,
        ];
        var shown = stack(pictures, 1).clamp(0, 1).mul(255).round().to(uint8).cpu();
        return [new Figure(
            "What each half sees, and what it adds",
            shown.MoveToOuterDisposeScope(),
            ["first half: light", "with its colors", "second half: colors", "with its light", "view"])];

        static Tensor Picture(Tensor light, Tensor ab) => Lab.ToRgb(cat([light, ab], 1));

        Tensor Enlarged(Tensor maps) =>
            interpolate(maps, [view.shape[2], view.shape[3]], mode: InterpolationMode.Bilinear, align_corners: false);
    }

    /// <summary>What is said of images without colors.</summary>
    private static ExperimentException NoColors() => new(
        FailureKind.Config,
        "Split-brain predicts colors, and the data is gray; use color images, or \"context-encoder\", which needs none.");

    /// <summary>The classes of color and of lightness, int64 [N, h, w].</summary>
    private (Tensor Color, Tensor Level) Targets(Tensor images)
    {
        using var gradient = no_grad();
        using var float32Only = Autocast.Pause(images.device_type);
        using var scope = NewDisposeScope();
        var lab = ColorBins.Pick(Lab.FromRgb(images), options.TargetStride); // [N, h, w, 3]
        var color = ColorBins.Nearest(lab.narrow(3, 1, 2).reshape(-1, 2)).view([.. lab.shape[..3]]);
        var level = (lab.select(3, 0) * options.LightnessBins / 100).floor().clamp(0, options.LightnessBins - 1).to(int64);
        return (color.MoveToOuterDisposeScope(), level.MoveToOuterDisposeScope());
    }

    /// <summary>[N, 3, H, W] → logits of colors and of lightness, [N, K, h, w]; neither half sees what the other does.</summary>
    private (Tensor Colors, Tensor Lightness) Predict(Tensor images)
    {
        var (first, second) = Backbone.Split(images);
        return (
            colors.call(Backbone.ForwardFirst(first)[^1]).AtLeastFloat32(),
            lightness.call(Backbone.ForwardSecond(second)[^1]).AtLeastFloat32());
    }

    /// <summary>Logits at the places that are predicted.</summary>
    private static Tensor Resized(Tensor logits, Tensor target) =>
        logits.shape[2] == target.shape[1] && logits.shape[3] == target.shape[2]
            ? logits : interpolate(logits, [target.shape[1], target.shape[2]], mode: InterpolationMode.Nearest);

    /// <summary>The lightness in the middle of a class.</summary>
    private Tensor Middle(Tensor level) => (level + 0.5) * 100 / options.LightnessBins;

    /// <summary>The mean lightness of a distribution over classes, [N, K, h, w] → [N, h, w].</summary>
    private Tensor Mean(Tensor logits) =>
        (logits.softmax(1) * Middle(arange(options.LightnessBins, device: logits.device)).view(1, -1, 1, 1)).sum([1]);
}
