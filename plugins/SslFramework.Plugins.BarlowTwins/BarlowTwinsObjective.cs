using SslFramework.Core.Diagnostics;

namespace SslFramework.Plugins.BarlowTwins;

/// <summary>
/// Barlow Twins: the cross-correlation matrix of two views' embeddings shall be the identity. There are no negatives, no momentum encoder
/// and no stopped gradient. Algorithm 1 of Zbontar et al. 2021, https://arxiv.org/abs/2103.03230
/// </summary>
public sealed class BarlowTwinsObjective : PretextObjective<IBackbone>, IFigureSource
{
    private readonly nn.Module<Tensor, Tensor> projector;
    private readonly nn.Module<Tensor, Tensor> bn;
    private readonly BarlowTwinsOptions options;

    /// <summary>Builds the objective.</summary>
    public BarlowTwinsObjective(BarlowTwinsOptions options, IBackboneFactory backbones)
        : base(backbones.Create<IBackbone>())
    {
        this.options = options;
        projector = Heads.Mlp(Backbone.FeatureDimension, options.HiddenDimension, options.Dimension, options.ProjectorLayers);
        bn = nn.BatchNorm1d(options.Dimension, affine: false);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override StepResult ComputeLoss(ViewBatch batch, StepContext step)
    {
        var (first, second) = batch.Pair(); // [n, C, H, W] each
        if (batch.Count * step.Replicas.Count < 2)
        {
            throw new ExperimentException(
                FailureKind.Config,
                "Barlow Twins correlates numbers over the images of a batch, and one image has no correlations; "
                + "raise \"training.batchSize\", or lower \"training.accumulation\".");
        }

        var (z1, z2) = (Embed(first), Embed(second)); // [n, D]: one forward per view, so that each has its own batch statistics
        var result = CrossCorrelation.Loss(bn.call(z1), bn.call(z2), options.Lambda, step.Replicas);
        return new StepResult(result.Loss, [.. result.Metrics, ("embeddingDeviation", Embedding.Deviation(z1.detach()))]);
    }

    /// <summary>Draws some views, each beside the other view of its image and beside the nearest view of another image.</summary>
    public IReadOnlyList<Figure> DrawFigures(ViewBatch batch, StepContext step) =>
        [PairFigure.Draw(batch, (one, other) => (Embed(one), Embed(other)))];

    private Tensor Embed(Tensor view) => projector.call(Backbone.Forward(view)).AtLeastFloat32();
}
