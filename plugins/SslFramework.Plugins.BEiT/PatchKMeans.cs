namespace SslFramework.Plugins.BEiT;

/// <summary>
/// Tokens that are clusters of pixels: patches without their own mean and contrast, clustered once before the first epoch. It needs no
/// weights, and stands in for the paper's tokenizer, which was trained on 250 million images.
/// </summary>
public sealed class PatchKMeans : nn.Module, ITokenizer
{
    // Added to a patch's variance: one of less contrast than a tenth of the images' deviation is as good as blank.
    private const double BlankVariance = 0.01;

    private readonly Tensor codebook; // [V, P]
    private readonly PatchKMeansOptions options;
    private readonly TokenizedPatches patches;
    private readonly int images;

    /// <summary>Makes an empty codebook.</summary>
    /// <param name="options">The options.</param>
    /// <param name="patches">The patches to tell apart.</param>
    /// <param name="data">Says how many images there are.</param>
    public PatchKMeans(PatchKMeansOptions options, TokenizedPatches patches, DataInfo data)
        : base(nameof(PatchKMeans))
    {
        (this.options, this.patches, images) = (options, patches, data.Count);
        codebook = zeros(options.Vocabulary, patches.Side * patches.Side * patches.Channels).DetachFromDisposeScope();
        RegisterComponents();
    }

    /// <inheritdoc/>
    public nn.Module Module => this;

    /// <inheritdoc/>
    public int Vocabulary => options.Vocabulary;

    /// <summary>Clusters patches of the training views before the first epoch, equal numbers of evenly spaced images.</summary>
    /// <exception cref="ExperimentException">There are fewer patches than clusters.</exception>
    public void BeginEpoch(EpochStart epoch)
    {
        if (epoch.Epoch > 0)
        {
            return;
        }

        var spacing = (images + options.MostPatches - 1) / options.MostPatches; // of the images whose patches are taken
        var (taken, grid) = ((images + spacing - 1) / spacing, patches.Rows * patches.Columns);
        var each = Math.Clamp(options.MostPatches / taken, 1, grid);
        if (taken * each < Vocabulary)
        {
            throw new ExperimentException(
                FailureKind.Config,
                $"The tokenizer \"patch-kmeans\" makes {Vocabulary} clusters of {taken * each} patches; "
                + "lower \"vocabulary\" in \"tokenizer\".");
        }

        var rows = zeros(taken, each, codebook.shape[1], codebook.dtype, epoch.Device);
        foreach (var batch in epoch.ReadAll())
        {
            using var scope = NewDisposeScope();
            long[] which = [.. Enumerable.Range(0, batch.Count).Where(i => batch.Indices[i] % spacing == 0)];
            if (which.Length > 0)
            {
                var all = Flattened(batch.Single().index_select(0, tensor(which, device: epoch.Device))); // [m, L, P]
                long[] drawn = [.. which.SelectMany(i => Drawn(epoch.Random.ForSample(batch.Indices[(int)i]), grid, each))];
                var some = PatchMask.Take(all, tensor(drawn, device: epoch.Device).view(which.Length, each)); // [m, each, P]
                long[] places = [.. which.Select(i => batch.Indices[(int)i] / spacing)];
                rows.index_copy_(0, tensor(places, device: epoch.Device), some.to(rows.dtype));
            }
        }

        var joined = epoch.Replicas.Sum(rows).flatten(0, 1); // what another process reads is 0 here
        var clusters = new KMeans(Vocabulary) { Iterations = options.Iterations }.Fit(joined, epoch.Random.ForSample(-1));
        codebook.copy_(clusters.Centers);
        epoch.Replicas.Broadcast(codebook); // processors of different kinds may find others
    }

    /// <inheritdoc/>
    public Tensor Tokenize(Tensor images)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        var rows = Flattened(images); // [N, L, P]
        return KMeans.Nearest(rows.flatten(0, 1), codebook.to(rows.dtype)).view(rows.shape[0], -1).MoveToOuterDisposeScope();
    }

    /// <summary>Patches without their mean and contrast: [N, C, H, W] → [N, L, P].</summary>
    private Tensor Flattened(Tensor images)
    {
        var rows = Patches.Split(images, patches.Side);
        var centered = rows - rows.mean([2], keepdim: true);
        return centered / centered.square().mean([2], keepdim: true).add(BlankVariance).sqrt();
    }

    /// <summary>Different numbers below a bound, in random order.</summary>
    private static IEnumerable<long> Drawn(SampleRandom random, int bound, int count)
    {
        long[] order = [.. Enumerable.Range(0, bound).Select(place => (long)place)];
        for (var i = 0; i < count; i++)
        {
            var j = i + random.Next(bound - i);
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order.Take(count);
    }
}
