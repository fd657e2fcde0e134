using SslFramework.Core.Backbones.Streams;
using Linear = TorchSharp.Modules.Linear;

namespace SslFramework.Plugins.CMC;

/// <summary>
/// Contrastive multiview coding: an image is split in two, such as into lightness and colors, each half goes through a network of its own,
/// and what is made of one half must tell which other half belongs to it. Tian et al. 2019, https://arxiv.org/abs/1906.05849
/// </summary>
public sealed class CmcObjective : PretextObjective<ITwoStreamBackbone>, IFigureSource
{
    private readonly Linear firstProjector;
    private readonly Linear secondProjector;
    private readonly Tensor firstBank; // of first halves, [images, D], rows of length 1
    private readonly Tensor secondBank; // of second halves
    private readonly Tensor firstConstant = NoiseContrast.CreateConstant(); // Z, [1], of first halves among entries of second ones
    private readonly Tensor secondConstant = NoiseContrast.CreateConstant(); // the other way round
    private readonly PendingTensors seen = new();
    private readonly CmcOptions options;
    private readonly IDataSource source;

    /// <summary>Builds the objective, with an entry for each half of each image.</summary>
    /// <exception cref="ExperimentException">The backbone reads colors, but the views have other values.</exception>
    public CmcObjective(CmcOptions options, IBackboneFactory backbones, DataInfo data, IDataSource source)
        : base(backbones.Create<ITwoStreamBackbone>())
    {
        if (Backbone.ReadsColors)
        {
            data.RequireUnitRange("The backbone of \"cmc\"");
        }

        (this.options, this.source) = (options, source);
        firstProjector = nn.Linear(Backbone.First.FeatureDimension, options.Dimension);
        secondProjector = nn.Linear(Backbone.Second.FeatureDimension, options.Dimension);
        firstBank = MemoryBank.Create(source.Count, options.Dimension);
        secondBank = MemoryBank.Create(source.Count, options.Dimension);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override StepResult ComputeLoss(ViewBatch batch, StepContext step)
    {
        var (first, second) = Embed(batch.Single()); // [n, D] each
        var images = tensor(batch.Indices.ToArray(), device: batch.Device); // [n]
        seen.Add(step, step.Replicas.Gather(images), step.Replicas.Gather(first.detach()), step.Replicas.Gather(second.detach()));
        return Compare(first, second, MemoryBank.Draw(firstBank, batch, options.Negatives, step.Random), step.Replicas);
    }

    /// <summary>Writes the embeddings into their entries, now that the step is accepted.</summary>
    public override void AfterUpdate(StepContext step) => seen.Empty(batch =>
    {
        MemoryBank.Refresh(firstBank, batch[0], batch[1], options.Momentum);
        MemoryBank.Refresh(secondBank, batch[0], batch[2], options.Momentum);
    });

    /// <summary>Draws both halves of some views, and the image whose second half is the nearest to the first one.</summary>
    public IReadOnlyList<Figure> DrawFigures(ViewBatch batch, StepContext step)
    {
        using var gradient = no_grad();
        var views = batch.Single();
        return [HalvesFigure.Draw(batch, Backbone.Split(views), Embed(views).First.mm(secondBank.t()), source)];
    }

    /// <summary>Compares each half with entries of the other one: equation 6.</summary>
    internal StepResult Compare(Tensor first, Tensor second, Tensor rows, IReplicas replicas)
    {
        var contrast = new BankContrast(options.Loss, options.Temperature);
        var ofFirst = contrast.Compute(secondBank, firstConstant, first, rows, replicas);
        var ofSecond = contrast.Compute(firstBank, secondConstant, second, rows, replicas);
        return new StepResult(
            ofFirst.Loss + ofSecond.Loss,
            [
                .. ofFirst.Metrics,
                ("secondAccuracy", Metric("accuracy")),
                ("secondDeviation", Metric("embeddingDeviation")),
                ("halfToHalf", (first.detach() * second.detach()).sum(1).mean()),
            ]);

        Tensor Metric(string name) => ofSecond.Metrics.Single(metric => metric.Name == name).Value;
    }

    private (Tensor First, Tensor Second) Embed(Tensor images)
    {
        var (first, second) = Backbone.Split(images);
        return (
            firstProjector.call(Backbone.First.Forward(first)).UnitRows(),
            secondProjector.call(Backbone.Second.Forward(second)).UnitRows());
    }
}
