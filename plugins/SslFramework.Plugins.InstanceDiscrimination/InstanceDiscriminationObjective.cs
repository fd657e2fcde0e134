using TorchSharp.Modules;

namespace SslFramework.Plugins.InstanceDiscrimination;

/// <summary>
/// Instance discrimination: every image is a class of its own, whose weight is what the network last made of that image, kept in a memory
/// bank. Wu et al. 2018, https://arxiv.org/abs/1805.01978
/// </summary>
public sealed class InstanceDiscriminationObjective : PretextObjective<IBackbone>, IFigureSource
{
    private readonly Linear projector;
    private readonly Tensor bank; // v, [images, D], rows of length 1
    private readonly Tensor constant = NoiseContrast.CreateConstant(); // Z, [1]
    private readonly PendingTensors seen = new();
    private readonly InstanceContrast contrast;
    private readonly InstanceDiscriminationOptions options;
    private readonly IDataSource source;

    /// <summary>Builds the objective, with an entry for each image.</summary>
    public InstanceDiscriminationObjective(InstanceDiscriminationOptions options, IBackboneFactory backbones, IDataSource source)
        : base(backbones.Create<IBackbone>())
    {
        (this.options, this.source) = (options, source);
        contrast = new(options.Loss, options.Negatives, options.Temperature);
        projector = nn.Linear(Backbone.FeatureDimension, options.Dimension);
        bank = MemoryBank.Create(source.Count, options.Dimension);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override StepResult ComputeLoss(ViewBatch batch, StepContext step)
    {
        var queries = Embed(batch); // f, [n, D]
        var images = tensor(batch.Indices.ToArray(), device: batch.Device); // [n]
        seen.Add(step, step.Replicas.Gather(images), step.Replicas.Gather(queries.detach())); // [N], [N, D]
        return contrast.Compute(bank, constant, queries, images, batch, step);
    }

    /// <summary>
    /// Mixes the embeddings into their entries, now that the step is accepted. The authors do so in the backward pass, with the same
    /// embeddings.
    /// </summary>
    public override void AfterUpdate(StepContext step) =>
        seen.Empty(batch => MemoryBank.Refresh(bank, batch[0], batch[1], options.Momentum));

    /// <summary>Draws some views, each beside the images whose entries are the nearest.</summary>
    public IReadOnlyList<Figure> DrawFigures(ViewBatch batch, StepContext step) =>
        [EntryFigure.Draw(batch, Embed(batch), bank, source)];

    private Tensor Embed(ViewBatch batch) => projector.call(Backbone.Forward(batch.Single())).UnitRows();
}
