namespace SslFramework.Plugins.LeJEPA;

/// <summary>
/// LeJEPA: all views of an image shall be embedded at one place, and the embeddings of all images as a standard Gaussian. There is no
/// teacher, no predictor and no stopped gradient. Balestriero and LeCun 2025, https://arxiv.org/abs/2511.08544
/// </summary>
public sealed class LeJepaObjective : PretextObjective<IBackbone>, IFigureSource
{
    private readonly nn.Module<Tensor, Tensor> projector;
    private readonly LeJepaOptions options;

    /// <summary>Builds the objective.</summary>
    public LeJepaObjective(LeJepaOptions options, IBackboneFactory backbones)
        : base(backbones.Create<IBackbone>())
    {
        this.options = options;
        projector = Heads.Mlp(Backbone.FeatureDimension, options.HiddenDimension, options.Dimension, options.ProjectorLayers, bias: true);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override StepResult ComputeLoss(ViewBatch batch, StepContext step)
    {
        var sizes = BySize(batch);
        var globalViews = options.GlobalViews ?? sizes[0].Length;
        if (Math.Max(2, globalViews) is var least && batch.Views.Count < least)
        {
            throw new ExperimentException(
                FailureKind.Config,
                $"LeJEPA takes at least {least} views of each image here, but the augmentation makes {batch.Views.Count}; "
                + "raise \"count\" in \"augmentation\".\"views\", or lower \"globalViews\".");
        }

        var embeddings = Embed(sizes).view(batch.Views.Count, batch.Count, options.Dimension); // [V, n, K]
        var directions = tensor(
            step.Random.Normal(options.Dimension * options.Directions),
            [options.Dimension, options.Directions],
            dtype: embeddings.dtype,
            device: batch.Device); // the same in every process
        return LeJepaLoss.Of(embeddings, globalViews, directions, options, step.Replicas);
    }

    /// <summary>Draws some views, each beside another view of its image and beside the nearest view of another image.</summary>
    public IReadOnlyList<Figure> DrawFigures(ViewBatch batch, StepContext step) => BySize(batch)[0] is [var one, var other, ..]
        ? [PairFigure.Draw(new ViewBatch([one, other], batch.Indices), (one, other) => (Embed([[one]]), Embed([[other]])))]
        : [];

    /// <summary>The views of each size, the largest first: they are encoded together, because they fit into one tensor.</summary>
    private static Tensor[][] BySize(ViewBatch batch) =>
    [
        .. batch.Views.GroupBy(view => (Height: view.shape[2], Width: view.shape[3]))
            .OrderByDescending(size => size.Key.Height * size.Key.Width)
            .Select(size => size.ToArray()),
    ];

    /// <summary>One forward per size, and one of the projector over all views.</summary>
    private Tensor Embed(Tensor[][] sizes) =>
        projector.call(MultiCrop.Forward(Backbone, [.. sizes.SelectMany(views => views)])).AtLeastFloat32(); // [V · n, K]
}
