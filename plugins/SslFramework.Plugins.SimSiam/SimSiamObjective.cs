using SslFramework.Core.Diagnostics;

namespace SslFramework.Plugins.SimSiam;

/// <summary>
/// SimSiam: predicts from one view the projection of the other view by the same network, through which no gradient flows. There is
/// neither a second network nor a comparison of images. Algorithm 1 of Chen and He 2021, https://arxiv.org/abs/2011.10566
/// </summary>
public sealed class SimSiamObjective : PretextObjective<IBackbone>, IFigureSource
{
    private readonly nn.Module<Tensor, Tensor> projector;
    private readonly nn.Module<Tensor, Tensor> predictor;
    private readonly SimSiamOptions options;

    /// <summary>Builds the objective.</summary>
    public SimSiamObjective(SimSiamOptions options, IBackboneFactory backbones)
        : base(backbones.Create<IBackbone>())
    {
        this.options = options;
        (projector, predictor) = (CreateProjector(), CreatePredictor());
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterRule> Rules => options.FixPredictorRate ? [new("predictor.*") { ConstantRate = true }] : [];

    /// <inheritdoc/>
    public override StepResult ComputeLoss(ViewBatch batch, StepContext step)
    {
        var (first, second) = batch.Pair(); // [n, C, H, W] each
        var (z1, z2) = (Project(first), Project(second)); // [n, D]: one forward per view, so that each has its own batch statistics
        var (p1, p2) = (predictor.call(z1), predictor.call(z2)); // [n, D]

        var loss = (NegativeCosine.Loss(p1, z2) + NegativeCosine.Loss(p2, z1)) / 2;
        return new StepResult(loss, ("embeddingDeviation", Embedding.Deviation(z1.detach())));
    }

    /// <summary>Draws some predictions, each beside its target and beside the nearest target of another image.</summary>
    public IReadOnlyList<Figure> DrawFigures(ViewBatch batch, StepContext step) =>
        [PairFigure.Draw(batch, (view, other) => (predictor.call(Project(view)), Project(other)))];

    private Tensor Project(Tensor view) => projector.call(Backbone.Forward(view));

    private nn.Module<Tensor, Tensor> CreateProjector()
    {
        var (features, hidden) = (Backbone.FeatureDimension, options.ProjectorHidden ?? Backbone.FeatureDimension);
        var last = nn.Linear(hidden, options.Dimension);
        last.bias!.requires_grad = false; // the authors keep it as it starts: the norm after it takes it away

        var head = Heads.Mlp(features, hidden, hidden, options.ProjectorLayers - 1, output: HeadNorm.Affine);
        head.append(nn.ReLU(inplace: true));
        head.append(last);
        head.append(nn.BatchNorm1d(options.Dimension, affine: false));
        return head;
    }

    private nn.Module<Tensor, Tensor> CreatePredictor() => nn.Sequential(
        nn.Linear(options.Dimension, options.PredictorHidden, hasBias: false),
        nn.BatchNorm1d(options.PredictorHidden),
        nn.ReLU(inplace: true),
        nn.Linear(options.PredictorHidden, options.Dimension)); // neither norm nor ReLU at the end
}
