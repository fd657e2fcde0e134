using SslFramework.Core.Diagnostics;
using Linear = TorchSharp.Modules.Linear;

namespace SslFramework.Plugins.InstanceDiscrimination;

/// <summary>
/// Local aggregation: draws an image to those of its nearest entries in a memory bank that share a cluster with it, and away from the other
/// near ones, after a warm-up of instance discrimination. Zhuang et al. 2019, https://arxiv.org/abs/1903.12355
/// </summary>
public sealed class LocalAggregationObjective : PretextObjective<IBackbone>, IFigureSource
{
    private const double Epsilon = 1e-7; // the loss of an image without any close neighbor is finite, and has no gradient
    private const int ImagesPerCluster = 40;
    private const int MostClusters = 30_000;
    private readonly Linear projector;
    private readonly Tensor bank; // v, [images, D], rows of length 1
    private readonly Tensor constant = NoiseContrast.CreateConstant(); // Z of the warm-up, [1]
    private readonly Tensor labels; // of each clustering, int64 [H, images]; at first every image is alone
    private readonly PendingTensors seen = new();
    private readonly InstanceContrast contrast;
    private readonly LocalAggregationOptions options;
    private readonly IDataSource source;
    private readonly int clusters;

    /// <summary>Builds the objective, with an entry for each image.</summary>
    /// <exception cref="ExperimentException">There are fewer images than clusters.</exception>
    public LocalAggregationObjective(LocalAggregationOptions options, IBackboneFactory backbones, IDataSource source)
        : base(backbones.Create<IBackbone>())
    {
        (this.options, this.source) = (options, source);
        clusters = options.Clusters ?? Math.Clamp(source.Count / ImagesPerCluster, 1, MostClusters);
        if (clusters > source.Count)
        {
            throw new ExperimentException(
                FailureKind.Config,
                $"Local aggregation cannot make {clusters} clusters of {source.Count} images; "
                + "lower \"clusters\" in \"objective\", or leave it out.");
        }

        contrast = new(options.WarmUpLoss, options.Negatives, options.Temperature);
        projector = nn.Linear(Backbone.FeatureDimension, options.Dimension);
        bank = MemoryBank.Create(source.Count, options.Dimension);
        labels = arange(source.Count, int64).repeat(options.Clusterings, 1).DetachFromDisposeScope();
        RegisterComponents();
    }

    /// <summary>Clusters the entries, each time from other rows that are drawn as the first centers.</summary>
    public override void BeginEpoch(EpochStart epoch)
    {
        if (epoch.Epoch < options.WarmUpEpochs)
        {
            return;
        }

        for (var h = 0; h < options.Clusterings; h++)
        {
            using var scope = NewDisposeScope();
            var drawn = epoch.Random.Permutation((int)bank.shape[0], stream: h)[..clusters];
            var start = bank.index_select(0, tensor(drawn, device: bank.device)); // [clusters, D]
            labels[h].copy_(new KMeans(clusters) { Iterations = options.Iterations }.Fit(bank, start).Labels);
        }

        epoch.Replicas.Broadcast(labels); // equal banks on processors of different kinds may give clusters that are not
    }

    /// <inheritdoc/>
    public override StepResult ComputeLoss(ViewBatch batch, StepContext step)
    {
        var queries = Embed(batch); // f, [n, D]
        var images = tensor(batch.Indices.ToArray(), device: batch.Device); // [n]
        seen.Add(step, step.Replicas.Gather(images), step.Replicas.Gather(queries.detach())); // [N], [N, D]
        return step.Epoch < options.WarmUpEpochs
            ? contrast.Compute(bank, constant, queries, images, batch, step)
            : Aggregate(queries, images);
    }

    /// <summary>Mixes the embeddings into their entries, now that the step is accepted.</summary>
    public override void AfterUpdate(StepContext step) =>
        seen.Empty(batch => MemoryBank.Refresh(bank, batch[0], batch[1], options.Momentum));

    /// <summary>Draws some views, each beside the images with the nearest entries, and says which of them are close neighbors.</summary>
    public IReadOnlyList<Figure> DrawFigures(ViewBatch batch, StepContext step)
    {
        var images = tensor(batch.Indices.ToArray(), device: batch.Device);
        return [EntryFigure.Draw(batch, Embed(batch), bank, source, rows => IsClose(images, rows))];
    }

    private Tensor Embed(ViewBatch batch) => projector.call(Backbone.Forward(batch.Single())).UnitRows();

    /// <summary>−log P(close neighbors) / P(background). The constant Z of both probabilities cancels.</summary>
    private StepResult Aggregate(Tensor queries, Tensor images)
    {
        using var float32Only = Autocast.Pause(queries.device_type);
        var all = queries.mm(bank.t()); // [n, images]
        var (similarities, rows) = all.topk(Math.Min(options.Neighbors, (int)bank.shape[0])); // B, [n, k], the nearest first
        var close = IsClose(images, rows); // C ∩ B, [n, k]
        var weights = ((similarities - similarities.narrow(1, 0, 1).detach()) / options.Temperature).exp(); // [n, k]
        var share = (weights * close).sum(1) / weights.sum(1); // [n]
        var counts = close.sum(1).to(float32); // [n]
        return new StepResult(
            (share + Epsilon).log().mean().neg(),
            ("closeNeighbors", counts.mean()),
            ("withoutNeighbors", counts.eq(0).to(float32).mean()),
            ("accuracy", rows.select(1, 0).eq(images).to(float32).mean()),
            ("positiveSimilarity", all.detach().gather(1, images.unsqueeze(1)).mean()),
            ("embeddingDeviation", Embedding.Deviation(queries.detach())));
    }

    /// <summary>Which rows of the bank, [n, k], share a cluster with an image, [n], in any clustering: bool [n, k].</summary>
    private Tensor IsClose(Tensor images, Tensor rows)
    {
        var own = labels.index_select(1, images).unsqueeze(2); // [H, n, 1]
        var theirs = labels.index_select(1, rows.flatten()).view(options.Clusterings, rows.shape[0], rows.shape[1]); // [H, n, k]
        return theirs.eq(own).any(dim: 0);
    }
}
