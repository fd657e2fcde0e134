using TorchSharp.Modules;

namespace SslFramework.Plugins.DeepCluster;

/// <summary>
/// DeepCluster: before every epoch the features of all images are clustered, and the network then learns to tell from an image which
/// cluster it fell into. Caron et al. 2018, https://arxiv.org/abs/1807.05520
/// </summary>
public sealed class DeepClusterObjective : PretextObjective<IBackbone>, IFigureSource, IWarningSource
{
    private const int ImagesPerCluster = 50;
    private const int MostClusters = 10_000;
    private const double InitialDeviation = 0.01; // of the weights of all linear layers
    private readonly nn.Module<Tensor, Tensor> projector; // to what is clustered
    private readonly Linear classifier; // [k, D], drawn anew for every epoch
    private readonly Tensor labels; // the cluster of each image, int64 [images]
    private readonly Tensor weights; // of an image in each cluster, [k]
    private readonly Tensor found; // numbers of the epoch's clusters that are reported, [3]
    private readonly DeepClusterOptions options;
    private readonly IDataSource source;
    private readonly IAugmentation? transform;

    /// <summary>Builds the objective.</summary>
    public DeepClusterObjective(DeepClusterOptions options, IBackboneFactory backbones, IDataSource source, IComponentFactory components)
        : base(backbones.Create<IBackbone>())
    {
        (this.options, this.source) = (options, source);
        transform = options.Transform is { } shown ? components.Create(shown) : null;
        var clusters = options.Clusters ?? Math.Clamp(source.Count / ImagesPerCluster, 2, MostClusters);
        projector = options.HiddenLayers == 0 ? nn.Identity() : nn.Sequential(Enumerable.Range(0, options.HiddenLayers).SelectMany(Layer));
        classifier = Drawn(nn.Linear(options.HiddenLayers == 0 ? Backbone.FeatureDimension : options.HiddenDimension, clusters));
        labels = zeros(source.Count, int64).DetachFromDisposeScope();
        weights = ones(clusters).DetachFromDisposeScope();
        found = zeros(3).DetachFromDisposeScope();
        RegisterComponents();
    }

    /// <summary>The classifier has no momentum: the authors make a new optimizer for it in every epoch.</summary>
    public override IReadOnlyList<ParameterRule> Rules => [new("classifier.*") { Momentum = 0 }];

    /// <inheritdoc/>
    public IReadOnlyList<string> Warnings => source.Count >= 10 * weights.shape[0] ? [] :
    [
        $"DeepCluster makes {weights.shape[0]} clusters of {source.Count} images, fewer than ten images each, which says little; lower "
            + "\"clusters\" in \"objective\".",
    ];

    /// <summary>Clusters all images by their whitened features.</summary>
    public override void BeginEpoch(EpochStart epoch)
    {
        using var float32Only = Autocast.Pause(epoch.Device.type);
        var features = ReadAll(epoch); // [images, D]
        var d = (int)Math.Min(options.Components, features.shape[1]);
        var rows = Whitening.Of(features, d).Apply(features).UnitRows(); // [images, d]
        var k = (int)weights.shape[0];
        var drawn = epoch.Random.Permutation(source.Count).Take(k).ToArray(); // the authors draw the first centers from the rows too
        var start = rows.index_select(0, tensor(drawn, device: rows.device));
        var clusters = new KMeans(k) { Iterations = options.Iterations }.Fit(rows, start).Labels; // [images]
        epoch.Replicas.Broadcast(clusters); // processors of different kinds may find others

        var sizes = clusters.bincount(null, k).to(float32); // [k]
        var filled = sizes.gt(0);
        var agreement = MutualInformation.Of(labels.cpu().data<long>().ToArray(), clusters.cpu().data<long>().ToArray());
        found[0].fill_(agreement);
        found[1].copy_(filled.logical_not().sum());
        found[2].copy_(sizes.max() / source.Count);

        // The authors show as many images of each cluster. Here the loader shows every image once, and the loss counts it by what its
        // cluster lacks or has too much: the mean over an epoch is the same.
        weights.copy_(where(filled, source.Count / (filled.sum() * sizes), zeros_like(sizes)));
        labels.copy_(clusters);
    }

    /// <inheritdoc/>
    public override StepResult ComputeLoss(ViewBatch batch, StepContext step)
    {
        var features = Embed(batch); // [n, D]
        var logits = classifier.call(options.HiddenLayers == 0 ? features : features.relu()).AtLeastFloat32(); // [n, k]
        var clusters = labels.index_select(0, tensor(batch.Indices.ToArray(), device: batch.Device)); // [n]
        var each = nn.functional.cross_entropy(logits, clusters, reduction: nn.Reduction.None); // [n]
        return new StepResult(
            (each * weights.index_select(0, clusters)).mean(),
            ("accuracy", logits.detach().argmax(1).eq(clusters).to(float32).mean()),
            ("nmi", found[0].clone()),
            ("emptyClusters", found[1].clone()),
            ("largestCluster", found[2].clone()),
            ("embeddingDeviation", Core.Diagnostics.Embedding.Deviation(features.detach())));
    }

    /// <summary>Draws the classifier anew after the last step of an epoch: the next one has other clusters.</summary>
    public override void AfterUpdate(StepContext step)
    {
        if ((step.Step + 1) % Math.Max(1, (long)Math.Round(step.StepsPerEpoch)) == 0)
        {
            using var generator = new Generator(step.Random.ForSample(-1).NextBits());
            Drawn(classifier, generator);
        }
    }

    /// <summary>Draws some views, each beside images of the cluster that its image is in.</summary>
    public IReadOnlyList<Figure> DrawFigures(ViewBatch batch, StepContext step) =>
        labels.eq(labels[0]).all().ToBoolean() ? [] : [ClusterFigure.Draw(batch, labels, source)];

    private Tensor Embed(ViewBatch batch) => projector.call(Backbone.Forward(batch.Single()));

    /// <summary>The features of the images of all processes, [images, D], in evaluation mode.</summary>
    private Tensor ReadAll(EpochStart epoch)
    {
        using var modes = new KeptModes(this);
        eval();
        var features = zeros(source.Count, classifier.in_features, classifier.weight.dtype, epoch.Device);
        foreach (var batch in epoch.ReadAll(transform))
        {
            using var scope = NewDisposeScope();
            features.index_copy_(0, tensor(batch.Indices.ToArray(), device: epoch.Device), Embed(batch).to(features.dtype));
        }

        return epoch.Replicas.Sum(features); // what another process reads is 0 here
    }

    /// <summary>A layer between backbone and classifier. The last has no ReLU: what comes out is clustered before it.</summary>
    private IEnumerable<nn.Module<Tensor, Tensor>> Layer(int number)
    {
        if (number > 0)
        {
            yield return nn.ReLU();
        }

        yield return nn.Dropout(options.Dropout);
        yield return Drawn(nn.Linear(number == 0 ? Backbone.FeatureDimension : options.HiddenDimension, options.HiddenDimension));
    }

    private static Linear Drawn(Linear layer, Generator? generator = null)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        layer.weight.copy_(randn(layer.weight.shape, generator: generator, device: CPU) * InitialDeviation);
        layer.bias!.zero_();
        return layer;
    }
}
