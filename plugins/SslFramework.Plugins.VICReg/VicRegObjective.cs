using SslFramework.Core.Diagnostics;

namespace SslFramework.Plugins.VICReg;

/// <summary>
/// VICReg: variance, invariance and covariance of embeddings, each in a term of its own, so that nothing collapses without negatives,
/// a momentum encoder or normalized embeddings. Bardes, Ponce and LeCun 2022, https://arxiv.org/abs/2105.04906
/// </summary>
public sealed class VicRegObjective : PretextObjective<IBackbone>, IFigureSource
{
    private readonly nn.Module<Tensor, Tensor> projector; // the paper's expander, under the name that it has in the authors' code
    private readonly VicRegOptions options;

    /// <summary>Builds the objective.</summary>
    public VicRegObjective(VicRegOptions options, IBackboneFactory backbones)
        : base(backbones.Create<IBackbone>())
    {
        this.options = options;
        var hidden = options.HiddenDimension;
        projector = Heads.Mlp(Backbone.FeatureDimension, hidden, hidden, options.ExpanderLayers - 1, output: HeadNorm.Affine, bias: true)
            .append(nn.ReLU(inplace: true))
            .append(nn.Linear(hidden, options.Dimension, hasBias: false)); // a shift would change no part of the loss
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
                "VICReg takes variances over the images of a batch, and one image has none; "
                + "raise \"training.batchSize\", or lower \"training.accumulation\".");
        }

        var (x, y) = (Embed(first), Embed(second)); // [n, D]: one forward per view, so that each has its own batch statistics
        var result = VicRegLoss.Of(x, y, options, step.Replicas);
        return new StepResult(result.Loss, [.. result.Metrics, ("embeddingDeviation", Embedding.Deviation(x.detach()))]);
    }

    /// <summary>Draws some views, each beside the other view of its image and beside the nearest view of another image.</summary>
    public IReadOnlyList<Figure> DrawFigures(ViewBatch batch, StepContext step) =>
        [PairFigure.Draw(batch, (one, other) => (Embed(one), Embed(other)))];

    private Tensor Embed(Tensor view) => projector.call(Backbone.Forward(view)).AtLeastFloat32();
}
