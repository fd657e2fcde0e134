namespace SslFramework.Plugins.MoCo;

/// <summary>
/// MoCo v1: distinguishes the key of a query's own image from the keys of past batches, which wait in a queue. Algorithm 1 of
/// He et al. 2020, https://arxiv.org/abs/1911.05722
/// </summary>
public sealed class MocoV1Objective : PretextObjective<IBackbone>, IFigureSource, IWarningSource
{
    private readonly nn.Module<Tensor, Tensor> projector;
    private readonly KeyEncoder key;
    private readonly Tensor queue; // [D, K], columns of length 1
    private readonly Tensor pointer; // int64 [1], the oldest column
    private readonly PendingTensors made = new();
    private readonly MocoV1Options options;

    /// <summary>Builds the objective.</summary>
    public MocoV1Objective(MocoV1Options options, IBackboneFactory backbones)
        : base(backbones.Create<IBackbone>())
    {
        this.options = options;
        projector = options.CreateProjector(Backbone.FeatureDimension);
        key = new KeyEncoder(backbones.Create<IBackbone>(), options.CreateProjector(Backbone.FeatureDimension));
        key.StartAs(Backbone, projector);
        (queue, pointer) = KeyQueue.Create(options.Dimension, options.QueueLength);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Warnings => ShuffledKeys.WarningsFor(Backbone);

    /// <inheritdoc/>
    public override StepResult ComputeLoss(ViewBatch batch, StepContext step)
    {
        var (queryView, keyView) = batch.Pair(); // [n, C, H, W] each
        var queries = projector.call(Backbone.Forward(queryView)).UnitRows(); // [n, D]
        var keys = ShuffledKeys.Encode(keyView, key.call, step); // [N, D]: those of all processes, without gradient
        var own = keys.narrow(0, batch.Count * step.Replicas.Rank, batch.Count);

        KeyQueue.EnsureFits(queue, keys.shape[0]);
        made.Add(step, keys);
        return InfoNce.AgainstDictionary(queries, own, queue, options.Temperature);
    }

    /// <summary>Draws some queries, each beside its key and beside the nearest key of another image.</summary>
    public IReadOnlyList<Figure> DrawFigures(ViewBatch batch, StepContext step) =>
        [PairFigure.Draw(batch, (query, other) => (projector.call(Backbone.Forward(query)), key.call(other)))];

    /// <summary>
    /// Enqueues the keys, now that the step is accepted, and moves the key encoder. The authors do so before the next keys are
    /// made, which is the same.
    /// </summary>
    public override void AfterUpdate(StepContext step)
    {
        made.Empty(batch => KeyQueue.Enqueue(queue, pointer, batch[0]));
        key.Follow(Backbone, projector, options.Momentum);
    }
}
