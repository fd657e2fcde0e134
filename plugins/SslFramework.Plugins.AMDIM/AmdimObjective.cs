using SslFramework.Core.Diagnostics;
using Embedding = SslFramework.Core.Diagnostics.Embedding;

namespace SslFramework.Plugins.AMDIM;

/// <summary>
/// Augmented multiscale deep InfoMax: what the network makes of one view of an image, as a whole and at a place, must tell the places of
/// another view of it from those of other images. Bachman et al. 2019, https://arxiv.org/abs/1906.00910
/// </summary>
public sealed class AmdimObjective : PretextObjective<AmdimEncoder>, IFigureSource
{
    private readonly LocalHead head5;
    private readonly LocalHead head7;
    private readonly AmdimOptions options;

    /// <summary>Builds the objective.</summary>
    public AmdimObjective(AmdimOptions options, IBackboneFactory backbones)
        : base(backbones.Create<AmdimEncoder>())
    {
        this.options = options;
        head5 = new(Backbone.LocalDimension, Backbone.FeatureDimension);
        head7 = new(Backbone.LocalDimension, Backbone.FeatureDimension);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override StepResult ComputeLoss(ViewBatch batch, StepContext step)
    {
        if (batch.Count * step.Replicas.Count < 2)
        {
            throw new ExperimentException(
                FailureKind.Config,
                "AMDIM tells the places of an image from those of others, and a batch of one image has none; "
                + "raise \"training.batchSize\", or lower \"training.accumulation\".");
        }

        var (first, second) = Flipped(batch, step.Random);
        var (x, y) = (Encode(first), Encode(second));
        var result = Compare(
            x with { Place = PlaceOf(x.Five, batch, step.Random, stream: 1) },
            y with { Place = PlaceOf(y.Five, batch, step.Random, stream: 2) },
            step.Replicas);
        return new StepResult(result.Loss, [.. result.Metrics, ("embeddingDeviation", Embedding.Deviation(x.Global.detach()))]);
    }

    /// <summary>Draws both views of some images, and how each place of the second, and of another image, scores with the first.</summary>
    public IReadOnlyList<Figure> DrawFigures(ViewBatch batch, StepContext step)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        var (first, second) = batch.Pair(); // [N, C, H, W]
        var (n, channels, size) = (batch.Count, first.shape[1], second.shape[2..]);
        var scores = PlaceContrast.Scores(Encode(first).Global, Encode(second).Seven).view(n, n, 1, 7, 7); // of each with all
        var other = arange(n).add(1).remainder(n); // the next image of the batch
        var chosen = stack(
            [.. Enumerable.Range(0, n).SelectMany(i => new[] { scores[i, i], scores[i, other[i].ToInt64()] })]); // [2N, 1, 7, 7]
        var maps = ShownPixels.Of(nn.functional.interpolate(chosen, size)).expand(-1, channels, -1, -1).unflatten(0, [n, 2]);
        var views = ShownPixels.Of(cat([first, second])).split(n);
        return [new Figure(
            "Two views of images, and how what is made of the first scores with places of the second and of another image: bright is high",
            stack([views[0], views[1], maps.select(1, 0), views[1].index_select(0, other.to(batch.Device)), maps.select(1, 1)], 1)
                .cpu().MoveToOuterDisposeScope(),
            ["a view", "the other", "its scores", "another image", "its scores"])];
    }

    /// <summary>Adds up the losses from whole to 5×5 and 7×7 places, and from a place of 5×5 to 5×5, in both directions.</summary>
    internal StepResult Compare(Scales x, Scales y, IReplicas replicas)
    {
        var contrast = new PlaceContrast(options.Clip, options.Penalty);
        var (x5, y5) = (replicas.Gather(x.Five), replicas.Gather(y.Five)); // [N, D, 5, 5]
        var (x7, y7) = (replicas.Gather(x.Seven), replicas.Gather(y.Seven)); // [N, D, 7, 7]
        PlaceLoss Loss(Tensor sources, Tensor targets) => contrast.Loss(PlaceContrast.Scores(sources, targets), replicas.Rank);
        var (toSeven, toFive, local) = (
            Mean(Loss(x.Global, y7), Loss(y.Global, x7)),
            Mean(Loss(x.Global, y5), Loss(y.Global, x5)),
            Mean(Loss(x.Place!, y5), Loss(y.Place!, x5)));
        return new StepResult(
            toSeven.Nce + toFive.Nce + local.Nce + toSeven.Penalty + toFive.Penalty + local.Penalty,
            ("accuracy", toSeven.Accuracy),
            ("localAccuracy", local.Accuracy),
            ("nceToSeven", toSeven.Nce.detach()),
            ("nceToFive", toFive.Nce.detach()),
            ("nceLocal", local.Nce.detach()),
            ("penalty", (toSeven.Penalty + toFive.Penalty + local.Penalty).detach()));

        static PlaceLoss Mean(PlaceLoss one, PlaceLoss other) =>
            new((one.Nce + other.Nce) / 2, (one.Penalty + other.Penalty) / 2, (one.Accuracy + other.Accuracy) / 2);
    }

    /// <summary>Encodes views, [n, C, H, W].</summary>
    internal Scales Encode(Tensor views)
    {
        if (views.shape[2] != Backbone.ImageSize || views.shape[3] != Backbone.ImageSize)
        {
            throw new ExperimentException(
                FailureKind.Config,
                $"The network of \"amdim\" is built for views of {Backbone.ImageSize}×{Backbone.ImageSize}, but they are "
                + $"{views.shape[2]}×{views.shape[3]}; change \"size\" in \"augmentation\", or \"imageSize\" in \"backbone\".");
        }

        var (whole, five, seven) = Backbone.ForwardScales(views);
        return new(whole.AtLeastFloat32(), head5.call(five).AtLeastFloat32(), head7.call(seven).AtLeastFloat32(), null);
    }

    /// <summary>Flips both views of an image, or none.</summary>
    private (Tensor First, Tensor Second) Flipped(ViewBatch batch, StepRandom random)
    {
        var (first, second) = batch.Pair();
        var flips = random.Uniform(batch, 1).lt(options.FlipProbability).view(-1, 1, 1, 1);
        return (where(flips, first.flip(3), first), where(flips, second.flip(3), second));
    }

    /// <summary>Takes one place of each map, [n, D, 5, 5] → [n, D].</summary>
    private static Tensor PlaceOf(Tensor maps, ViewBatch batch, StepRandom random, int stream)
    {
        var places = maps.flatten(2); // [n, D, L]
        var drawn = random.Integers(batch, 1, (int)places.shape[2], stream).unsqueeze(1).expand(-1, places.shape[1], -1); // [n, D, 1]
        return places.gather(2, drawn).squeeze(2);
    }

    /// <summary>What is made of a view: [n, D], maps [n, D, 5, 5] and [n, D, 7, 7], and one place of the 5×5, [n, D].</summary>
    internal sealed record Scales(Tensor Global, Tensor Five, Tensor Seven, Tensor? Place);
}
