using Sequential = TorchSharp.Modules.Sequential;

namespace SslFramework.Plugins.Counting;

/// <summary>
/// Learning to count: what a network counts in an image, made half as large, is what it counts in the image's four quarters together.
/// Noroozi et al. 2017, https://arxiv.org/abs/1708.06734
/// </summary>
public sealed class CountingObjective : PretextObjective<IBackbone>, IFigureSource
{
    private readonly Sequential head;
    private readonly CountingOptions options;

    /// <summary>Builds the objective.</summary>
    public CountingObjective(CountingOptions options, IBackboneFactory backbones)
        : base(backbones.Create<IBackbone>())
    {
        this.options = options;
        head = Heads.Mlp(
            Backbone.FeatureDimension, options.HiddenDimension, options.Counts, options.HeadLayers, hidden: HeadNorm.None, bias: true);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override StepResult ComputeLoss(ViewBatch batch, StepContext step)
    {
        Check(batch, step.Replicas);
        var n = batch.Count;
        var counts = Count(ImageParts.Of(batch, step.Random).flatten(0, 1)).unflatten(0, [5, n]); // [5, n, K]
        var whole = counts[0];
        var other = step.Replicas.Gather(whole).roll(-1, 0).narrow(0, n * step.Replicas.Rank, n); // the next image of the whole batch
        var (loss, pairError, unpairedDistance) = CountingLoss.Of(whole, counts.narrow(0, 1, 4), other, options.Margin);
        return new StepResult(
            loss,
            ("pairError", pairError),
            ("unpairedDistance", unpairedDistance),
            ("count", whole.detach().mean()),
            ("deadCounts", whole.detach().amax([0]).eq(0).to(float32).mean()));
    }

    /// <summary>Draws each image as it is counted: whole and in quarters, with the sum of all counts below.</summary>
    public IReadOnlyList<Figure> DrawFigures(ViewBatch batch, StepContext step)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        var parts = ImageParts.Of(batch, step.Random); // [5, N, C, h, w]
        var sums = Count(parts.flatten(0, 1)).sum([1]).view(5, -1).t().cpu(); // [N, 5]
        var pictures = Core.Diagnostics.ShownPixels.Of(parts.flatten(0, 1)).unflatten(0, [5, batch.Count]).transpose(0, 1).cpu();
        string[] captions = [.. sums.flatten().to(float32).contiguous().data<float>().Select(sum => $"{sum:F1}")];
        return [new Figure(
            "What is counted in each image and in its quarters, which should add up to it",
            pictures.contiguous().MoveToOuterDisposeScope(),
            ["image", "upper left", "upper right", "lower left", "lower right"]) { Captions = captions }];
    }

    /// <summary>φ: images [N, C, h, w] → counts of 0 or more, [N, K].</summary>
    private Tensor Count(Tensor images) => head.call(Backbone.Forward(images)).AtLeastFloat32().relu();

    private static void Check(ViewBatch batch, IReplicas replicas)
    {
        var (height, width) = (batch.Single().shape[2], batch.Single().shape[3]);
        var problem = batch.Count * replicas.Count < 2
            ? "Learning to count compares an image with another one of its batch, which has only one; raise \"batchSize\" in \"training\""
            : Math.Min(height, width) < 4
            ? $"Learning to count cuts views into quarters, and {height}×{width} is too small for that; crop larger views"
            : null;
        if (problem is not null)
        {
            throw new ExperimentException(FailureKind.Config, problem + ".");
        }
    }
}
