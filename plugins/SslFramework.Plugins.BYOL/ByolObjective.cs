using SslFramework.Core.Diagnostics;
using SslFramework.Core.Optimization;

namespace SslFramework.Plugins.BYOL;

/// <summary>
/// BYOL: predicts from one view what a slowly following target network makes of the other view. No image is compared with another
/// one. Algorithm 1 of Grill et al. 2020, https://arxiv.org/abs/2006.07733
/// </summary>
public sealed class ByolObjective : PretextObjective<IBackbone>, IFigureSource
{
    private readonly nn.Module<Tensor, Tensor> projector;
    private readonly nn.Module<Tensor, Tensor> predictor;
    private readonly KeyEncoder target;
    private readonly ByolOptions options;

    /// <summary>Builds the objective.</summary>
    public ByolObjective(ByolOptions options, IBackboneFactory backbones)
        : base(backbones.Create<IBackbone>())
    {
        this.options = options;
        projector = CreateHead(Backbone.FeatureDimension);
        predictor = CreateHead(options.Dimension);
        target = new KeyEncoder(backbones.Create<IBackbone>(), CreateHead(Backbone.FeatureDimension)); // no predictor on this side
        target.StartAs(Backbone, projector);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override StepResult ComputeLoss(ViewBatch batch, StepContext step)
    {
        var (first, second) = batch.Pair(); // [n, C, H, W] each
        var (z1, z2) = (target.call(first), target.call(second)); // [n, D], rows of length 1: first, while no activations are kept
        var (p1, p2) = (Predict(first), Predict(second)); // [n, D]: one forward per view, so that each has its own batch statistics

        var loss = Regression.Loss(p1, z2) + Regression.Loss(p2, z1); // 0 to 8
        return new StepResult(
            loss,
            ("cosine", 1 - (loss.detach() / 4)), // of a prediction and its target
            ("embeddingDeviation", Embedding.Deviation(z1)));
    }

    /// <summary>Draws some predictions, each beside its target and beside the nearest target of another image.</summary>
    public IReadOnlyList<Figure> DrawFigures(ViewBatch batch, StepContext step) =>
        [PairFigure.Draw(batch, (view, other) => (Predict(view), target.call(other)))];

    /// <summary>Moves the target network towards the online one, which the optimizer has just changed.</summary>
    public override void AfterUpdate(StepContext step) =>
        target.Follow(Backbone, projector, MomentumSchedule.Cosine(options.Momentum, step.Progress));

    private Tensor Predict(Tensor view) => predictor.call(projector.call(Backbone.Forward(view))).UnitRows();

    /// <summary>A bias before the norm, which takes it away, and none at the end: so the authors have it.</summary>
    private nn.Module<Tensor, Tensor> CreateHead(int inputDimension) => nn.Sequential(
        nn.Linear(inputDimension, options.HiddenDimension),
        nn.BatchNorm1d(options.HiddenDimension),
        nn.ReLU(inplace: true),
        nn.Linear(options.HiddenDimension, options.Dimension, hasBias: false));
}
