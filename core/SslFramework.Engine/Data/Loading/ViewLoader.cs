using System.Diagnostics;

namespace SslFramework.Engine.Data.Loading;

/// <summary>
/// Reads images, makes their views and returns them as batches, some of them ahead of time. The batches are a pure
/// function of seed and epoch: they do not depend on the number of threads, or on where in an epoch reading begins.
/// </summary>
internal sealed class ViewLoader : IDisposable
{
    private readonly IDataSource source;
    private readonly IAugmentation augmentation;
    private readonly LoaderOptions options;
    private readonly VariedViews? varied;
    private readonly ViewBuffer ownBuffer;
    private readonly ViewBuffer[] buffers; // one per worker
    private BatchSlot[]? slots;
    private EpochWork? current;
    private bool disposed;
    private volatile bool isWaiting;

    /// <summary>Makes a loader. Memory is allocated when reading begins.</summary>
    /// <param name="source">The images.</param>
    /// <param name="augmentation">Makes their views.</param>
    /// <param name="options">How they are read.</param>
    /// <param name="varied">Draws views anew that show too much of one class; null takes each as it comes.</param>
    /// <exception cref="ExperimentException">The source has fewer images than a batch.</exception>
    /// <exception cref="ArgumentException">A batch cannot be cut into that many parts.</exception>
    public ViewLoader(IDataSource source, IAugmentation augmentation, LoaderOptions options, VariedViews? varied = null)
    {
        if (options.DropLast && source.Count < options.BatchSize)
        {
            throw new ExperimentException(
                FailureKind.Config,
                $"The data has {source.Count} images, fewer than a batch of {options.BatchSize}; lower the batch size or add images.");
        }

        if (options.BatchSize % options.Parts != 0)
        {
            throw new ArgumentException("A batch can only be cut into parts of one size.", nameof(options));
        }

        (this.source, this.augmentation, this.options, this.varied) = (source, augmentation, options, varied);
        ownBuffer = NewBuffer();
        buffers = [.. Enumerable.Range(0, options.Threads).Select(_ => NewBuffer())];
        Bad = new BadImages(source, options.MaximumBad);
        var size = options.BatchSize / options.Parts;
        BatchesPerEpoch = options.DropLast
            ? source.Count / options.BatchSize
            : (BatchSource.OwnRange(source.Count, options).Length + size - 1) / size;
    }

    /// <summary>Number of batches that <see cref="Read"/> gives if it begins with the first.</summary>
    public int BatchesPerEpoch { get; }

    /// <summary>Images that could not be used since the loader was made.</summary>
    public BadImages Bad { get; }

    /// <summary>Whether the reader waits for a batch. Other threads may ask.</summary>
    public bool IsWaiting => isWaiting;

    /// <summary>How long the reader has waited for batches since the loader was made.</summary>
    public TimeSpan Waited { get; private set; }

    /// <summary>Reads the batches of an epoch, in order. A batch is valid until the next one is requested.</summary>
    /// <param name="epoch">The epoch's number, from 0.</param>
    /// <param name="firstBatch">The first batch to read, 0 to <see cref="BatchesPerEpoch"/>.</param>
    /// <exception cref="ExperimentException">More images are bad than <see cref="LoaderOptions.MaximumBad"/> allows.</exception>
    /// <exception cref="InvalidOperationException">Another pass has not ended.</exception>
    public IEnumerable<ViewBatch> Read(int epoch, int firstBatch = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        ArgumentOutOfRangeException.ThrowIfNegative(firstBatch);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstBatch, BatchesPerEpoch);
        return Batches(epoch, firstBatch);
    }

    /// <summary>Reads this part of all images once, in order, beside what <see cref="Read"/> gives.</summary>
    /// <param name="epoch">The epoch's number, from 0, for the random numbers of the views.</param>
    /// <param name="views">Makes the views; null takes the loader's own augmentation.</param>
    /// <exception cref="ExperimentException">More images are bad than <see cref="LoaderOptions.MaximumBad"/> allows.</exception>
    public IEnumerable<ViewBatch> ReadInOrder(int epoch, IAugmentation? views = null)
    {
        using var inOrder = new ViewLoader(source, views ?? augmentation, options with { Shuffle = false, DropLast = false });
        foreach (var batch in inOrder.Read(epoch))
        {
            yield return batch;
        }
    }

    /// <summary>Stops reading and frees the batches.</summary>
    public void Dispose()
    {
        disposed = true;
        current?.Stop();
        Array.ForEach(slots ?? [], slot => slot.Dispose());
        slots = null;
    }

    private ViewBuffer NewBuffer() => new(augmentation, options.Seed, varied is null ? 1 : VariedViews.Attempts);

    private IEnumerable<ViewBatch> Batches(int epoch, int firstBatch)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (current is not null)
        {
            throw new InvalidOperationException("A loader reads one epoch at a time: finish or dispose the reading before.");
        }

        // The reader has one slot, one is being written, and the others wait; without threads nothing waits.
        var ring = options.Threads == 0 ? 1 : options.Prefetch + 2;
        slots ??= [.. Enumerable.Range(0, ring)
            .Select(_ => new BatchSlot(
                augmentation.Views, options.BatchSize / options.Parts, options.Pinned, augmentation is ITracedAugmentation))];
        var work = current = new EpochWork(new BatchSource(source, Bad, augmentation, options, epoch, varied), slots, firstBatch, buffers);
        try
        {
            for (var batch = firstBatch; batch < BatchesPerEpoch && !disposed; batch++)
            {
                var asked = Stopwatch.GetTimestamp();
                isWaiting = true;
                var taken = work.WaitFor(batch, ownBuffer);
                isWaiting = false;
                Waited += Stopwatch.GetElapsedTime(asked);
                yield return taken;
                work.Release(batch);
            }
        }
        finally
        {
            work.Stop();
            current = null;
        }
    }
}
