namespace SslFramework.Plugins.MoCo;

/// <summary>Options of <see cref="EndToEndObjective"/>; the defaults are the paper's.</summary>
public sealed record EndToEndOptions : ProjectionOptions;

/// <summary>
/// MoCo's first baseline (figure 2a): both encoders are trained by gradient, and the negatives are the other keys of the
/// batch, so that a batch must be as large as the dictionary. https://arxiv.org/abs/1911.05722
/// </summary>
public sealed class EndToEndObjective : PretextObjective<IBackbone>, IFigureSource, IWarningSource
{
    private readonly nn.Module<Tensor, Tensor> projector;
    private readonly KeyEncoder key;
    private readonly EndToEndOptions options;

    /// <summary>Builds the objective.</summary>
    public EndToEndObjective(EndToEndOptions options, IBackboneFactory backbones)
        : base(backbones.Create<IBackbone>())
    {
        this.options = options;
        projector = options.CreateProjector(Backbone.FeatureDimension);
        key = new KeyEncoder(backbones.Create<IBackbone>(), options.CreateProjector(Backbone.FeatureDimension));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Warnings => ShuffledKeys.WarningsFor(Backbone);

    /// <inheritdoc/>
    public override StepResult ComputeLoss(ViewBatch batch, StepContext step)
    {
        var (queryView, keyView) = batch.Pair(); // [n, C, H, W] each
        var queries = projector.call(Backbone.Forward(queryView)).UnitRows(); // [n, D]
        var keys = ShuffledKeys.Encode(keyView, key.call, step); // [N, D], with gradient
        return InfoNce.AgainstBatch(queries, keys, options.Temperature, step.Replicas.Rank);
    }

    /// <summary>Draws some queries, each beside its key and beside the nearest key of another image.</summary>
    public IReadOnlyList<Figure> DrawFigures(ViewBatch batch, StepContext step) =>
        [PairFigure.Draw(batch, (query, other) => (projector.call(Backbone.Forward(query)), key.call(other)))];
}
