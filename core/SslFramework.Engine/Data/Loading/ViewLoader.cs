using System.Diagnostics;

namespace SslFramework.Engine.Data.Loading;

/// <summary>
/// Reads images, makes their views and hands them out as batches, some of them ahead of time. The batches are a pure
/// function of seed and epoch: the same for any number of threads, and when reading begins in the middle of an epoch.
/// </summary>
internal sealed class ViewLoader : IDisposable
{
    private readonly IDataSource source;
    private readonly IAugmentation augmentation;
    private readonly LoaderOptions options;
    private readonly ViewBuffer ownBuffer;
    private readonly ViewBuffer[] buffers; // one for each worker
    private BatchSlot[]? slots;
    private EpochWork? current;
    private bool disposed;
    private volatile bool isWaiting;

    /// <summary>Makes a loader. Memory is taken when reading begins.</summary>
    /// <exception cref="ExperimentException">The source has fewer images than a batch.</exception>
    /// <exception cref="ArgumentException">A batch cannot be cut into so many parts, or the last one is kept.</exception>
    public ViewLoader(IDataSource source, IAugmentation augmentation, LoaderOptions options)
    {
        if (options.DropLast && source.Count < options.BatchSize)
        {
            throw new ExperimentException(
                FailureKind.Config,
                $"The data has {source.Count} images, fewer than a batch of {options.BatchSize}; lower the batch size or add images.");
        }

        if (options.BatchSize % options.Parts != 0 || (options.Parts > 1 && !options.DropLast))
        {
            throw new ArgumentException("Only whole batches can be cut, into parts of one size.", nameof(options));
        }

        (this.source, this.augmentation, this.options) = (source, augmentation, options);
        ownBuffer = new ViewBuffer(augmentation, options.Seed);
        buffers = [.. Enumerable.Range(0, options.Threads).Select(_ => new ViewBuffer(augmentation, options.Seed))];
        Bad = new BadImages(source, options.MaximumBad);
        var tail = options.DropLast ? 0 : options.BatchSize - 1;
        BatchesPerEpoch = (int)(((long)source.Count + tail) / options.BatchSize);
    }

    /// <summary>Batches that <see cref="Read"/> gives from the first one on.</summary>
    public int BatchesPerEpoch { get; }

    /// <summary>Images that could not be used since the loader was made.</summary>
    public BadImages Bad { get; }

    /// <summary>Whether the reader waits for a batch. Other threads may ask.</summary>
    public bool IsWaiting => isWaiting;

    /// <summary>How long the reader has waited for batches since the loader was made.</summary>
    public TimeSpan Waited { get; private set; }

    /// <summary>The batches of an epoch, in order. A batch is the reader's until the next one is asked for.</summary>
    /// <param name="epoch">Which epoch, from 0.</param>
    /// <param name="firstBatch">Where to begin, 0 to <see cref="BatchesPerEpoch"/>.</param>
    /// <exception cref="ExperimentException">More images cannot be used than <see cref="LoaderOptions.MaximumBad"/> allows.</exception>
    /// <exception cref="InvalidOperationException">Another reading has not ended.</exception>
    public IEnumerable<ViewBatch> Read(int epoch, int firstBatch = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        ArgumentOutOfRangeException.ThrowIfNegative(firstBatch);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstBatch, BatchesPerEpoch);
        return Batches(epoch, firstBatch);
    }

    /// <summary>Stops reading and frees the batches.</summary>
    public void Dispose()
    {
        disposed = true;
        current?.Stop();
        Array.ForEach(slots ?? [], slot => slot.Dispose());
        slots = null;
    }

    private IEnumerable<ViewBatch> Batches(int epoch, int firstBatch)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (current is not null)
        {
            throw new InvalidOperationException("A loader reads one epoch at a time: finish or dispose the reading before.");
        }

        // One slot is the reader's, one is being written, and the others wait; without threads there is nothing to wait.
        var ring = options.Threads == 0 ? 1 : options.Prefetch + 2;
        slots ??= [.. Enumerable.Range(0, ring).Select(_ => new BatchSlot(augmentation.Views, options.BatchSize / options.Parts, options.Pinned))];
        var work = current = new EpochWork(new BatchSource(source, Bad, augmentation, options, epoch), slots, firstBatch, buffers);
        try
        {
            for (var batch = firstBatch; batch < BatchesPerEpoch && !disposed; batch++)
            {
                var asked = Stopwatch.GetTimestamp();
                isWaiting = true;
                var taken = work.Take(batch, ownBuffer);
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
