using SslFramework.Core.Diagnostics;

namespace SslFramework.Plugins.SimCLR;

/// <summary>Distinguishes the other crop of the same image from all other crops of the batch.</summary>
public sealed class SimClrObjective : PretextObjective<IBackbone>, IFigureSource
{
    private readonly nn.Module<Tensor, Tensor> projector;
    private readonly SimClrOptions options;

    /// <summary>Builds the objective.</summary>
    public SimClrObjective(SimClrOptions options, IBackboneFactory backbones)
        : base(backbones.Create<IBackbone>())
    {
        this.options = options;
        var features = Backbone.FeatureDimension;
        projector = options.ProjectorLayers == 0
            ? nn.Identity()
            : Heads.Mlp(
                features,
                options.ProjectorHidden ?? features,
                options.ProjectorOutput,
                options.ProjectorLayers,
                output: HeadNorm.ScaleOnly);
        foreach (var (name, weight) in projector.named_parameters().Where(p => p.parameter.ndim == 2))
        {
            nn.init.normal_(weight, 0, 0.01);
        }

        RegisterComponents();
    }

    /// <inheritdoc/>
    public override StepResult ComputeLoss(ViewBatch batch, StepContext step)
    {
        var (first, second) = batch.Pair(); // [N, C, H, W] each

        // All 2N crops in one forward: batch norm sees both views, as in the authors' code.
        var projections = projector.call(Backbone.Forward(cat([first, second]))).AtLeastFloat32(); // [2N, D]
        var halves = projections.chunk(2);
        var (loss, accuracy) = NtXent.Loss(halves[0], halves[1], options.Temperature, step.Replicas);
        return new StepResult(
            options.Loss == LossScale.Sum ? loss * 2 : loss,
            ("accuracy", accuracy),
            ("embeddingDeviation", Embedding.Deviation(projections.detach())));
    }

    /// <summary>Draws some crops, each beside its partner and beside the nearest crop of another image.</summary>
    public IReadOnlyList<Figure> DrawFigures(ViewBatch batch, StepContext step) =>
        [PairFigure.Draw(batch, (one, other) => (projector.call(Backbone.Forward(one)), projector.call(Backbone.Forward(other))))];
}
