namespace SslFramework.Plugins.MoCo;

/// <summary>
/// MoCo's second baseline (figure 2b): one entry per image, refreshed when the image is a query, and negatives drawn
/// from all entries. Wu et al. 2018, https://arxiv.org/abs/1805.01978
/// </summary>
public sealed class MemoryBankObjective : PretextObjective<IBackbone>
{
    private readonly nn.Module<Tensor, Tensor> projector;
    private readonly Tensor bank; // [images, D], rows of length 1
    private readonly PendingTensors seen = new();
    private readonly MemoryBankOptions options;

    /// <summary>Builds the objective.</summary>
    public MemoryBankObjective(MemoryBankOptions options, IBackboneFactory backbones, DataInfo data)
        : base(backbones.Create<IBackbone>())
    {
        this.options = options;
        projector = options.CreateProjector(Backbone.FeatureDimension);
        bank = MemoryBank.Create(data.Count, options.Dimension);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override StepResult ComputeLoss(ViewBatch batch, StepContext step)
    {
        var queries = projector.call(Backbone.Forward(batch.Single())).UnitRows(); // [n, D]
        var images = tensor(batch.Indices.ToArray(), device: batch.Device); // [n]

        // The same entries for all queries and processes. A query's own entry may be among them, as in the authors' code.
        var drawn = step.Random.Integers(options.Negatives, (int)bank.shape[0]);
        var negatives = bank.index_select(0, tensor(drawn, device: batch.Device)); // [K, D]

        seen.Add(step, step.Replicas.Gather(images), step.Replicas.Gather(queries.detach())); // [N], [N, D]
        return InfoNce.AgainstDictionary(queries, bank.index_select(0, images), negatives.t(), options.Temperature);
    }

    /// <summary>Updates the bank only now that the step is accepted, because a bank is too large to be restored.</summary>
    public override void AfterUpdate(StepContext step) =>
        seen.Empty(batch => MemoryBank.Refresh(bank, batch[0], batch[1], options.Momentum));
}
