using SslFramework.Core.Optimization;

namespace SslFramework.Plugins.MoCo;

/// <summary>
/// MoCo v3: predicts the momentum encoder's key of one view from the other view, against the keys of the whole batch, in
/// both directions. Algorithm 1 of Chen et al. 2021, https://arxiv.org/abs/2104.02057
/// </summary>
public sealed class MocoV3Objective : PretextObjective<IBackbone>, IFigureSource
{
    private readonly nn.Module<Tensor, Tensor> projector;
    private readonly nn.Module<Tensor, Tensor> predictor;
    private readonly KeyEncoder key;
    private readonly MocoV3Options options;

    /// <summary>Builds the objective.</summary>
    public MocoV3Objective(MocoV3Options options, IBackboneFactory backbones)
        : base(backbones.Create<IBackbone>())
    {
        this.options = options;
        projector = CreateProjector();
        predictor = Heads.Mlp(
            options.Dimension, options.HiddenDimension, options.Dimension, layers: 2, options.HiddenNorm, options.PredictorNorm);
        key = new KeyEncoder(backbones.Create<IBackbone>(), CreateProjector()); // no predictor on this side
        key.StartAs(Backbone, projector);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override StepResult ComputeLoss(ViewBatch batch, StepContext step)
    {
        var (first, second) = batch.Pair(); // [n, C, H, W] each
        var (k1, k2) = (Keys(first, step.Replicas), Keys(second, step.Replicas)); // [N, D]: first, while no activations are kept
        var (q1, q2) = (Query(first), Query(second)); // [n, D]: one forward per view, so that each has its own batch statistics

        var one = InfoNce.AgainstBatch(q1, k2, options.Temperature, step.Replicas.Rank);
        var other = InfoNce.AgainstBatch(q2, k1, options.Temperature, step.Replicas.Rank);
        return new StepResult(2 * options.Temperature * (one.Loss + other.Loss), [.. one.Metrics]);
    }

    /// <summary>Draws some queries, each beside its key and beside the nearest key of another image.</summary>
    public IReadOnlyList<Figure> DrawFigures(ViewBatch batch, StepContext step) =>
        [PairFigure.Draw(batch, (query, other) => (Query(query), key.call(other)))];

    /// <summary>Moves the momentum encoder, with the momentum of the next step: the authors do so within that step.</summary>
    public override void AfterUpdate(StepContext step) =>
        key.Follow(Backbone, projector, MomentumSchedule.Cosine(options.Momentum, (step.Step + 1.0) / step.TotalSteps));

    private Tensor Query(Tensor view) => predictor.call(projector.call(Backbone.Forward(view))).UnitRows();

    private Tensor Keys(Tensor view, IReplicas replicas)
    {
        using var gradient = no_grad();
        return replicas.Gather(key.call(view));
    }

    private nn.Module<Tensor, Tensor> CreateProjector() => Heads.Mlp(
        Backbone.FeatureDimension, options.HiddenDimension, options.Dimension, options.ProjectorLayers,
        options.HiddenNorm, options.ProjectorNorm);
}
