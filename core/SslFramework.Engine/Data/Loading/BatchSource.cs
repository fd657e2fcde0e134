namespace SslFramework.Engine.Data.Loading;

/// <summary>What the batches of one epoch hold: a pure function of seed, epoch and place.</summary>
internal sealed class BatchSource(
    IDataSource source, BadImages images, IAugmentation augmentation, LoaderOptions options, int epoch, VariedViews? varied = null)
{
    private readonly ITracedAugmentation? traced = augmentation as ITracedAugmentation;

    private readonly int[] order = OwnPart(
        options.Shuffle ? SampleOrder.Shuffled(options.Seed, epoch, source.Count) : SampleOrder.Straight(source.Count), options);

    /// <summary>Number of images in this part of a batch.</summary>
    public int BatchSize => options.BatchSize / options.Parts;

    /// <summary>Number of images that the epoch shows.</summary>
    public int Images => options.DropLast ? order.Length / BatchSize * BatchSize : order.Length;

    /// <summary>Number of images in a batch; 0 after the last one.</summary>
    public int SizeOf(int batch) => (int)Math.Clamp(Images - ((long)batch * BatchSize), 0, BatchSize);

    /// <summary>Writes the numbers of a batch's images to the beginning of <paramref name="indices"/> and returns that part.</summary>
    public ArraySegment<long> IndicesOf(int batch, long[] indices)
    {
        var size = SizeOf(batch);
        for (var i = 0; i < size; i++)
        {
            indices[i] = order[((long)batch * BatchSize) + i];
        }

        return new ArraySegment<long>(indices, 0, size);
    }

    /// <summary>Reads image number <paramref name="ticket"/> of the epoch and writes its views into their places.</summary>
    public void Write(long ticket, ViewBuffer buffer, BatchSlot slot)
    {
        var sample = order[ticket];
        buffer.Begin(epoch, sample);
        var shown = images.Read(sample, options.Seed, epoch, buffer);
        if (shown != sample)
        {
            order[ticket] = shown; // so that the batch names what it holds
        }

        var place = (int)(ticket % BatchSize);
        for (var view = 0; view < augmentation.Views.Count; view++)
        {
            var random = buffer.Random(view);
            var destination = slot.Destination(view, place);
            if (traced is null)
            {
                augmentation.Apply(buffer.Image, view, random, destination);
            }
            else
            {
                slot.Geometry[view][place] = varied?.Trace(traced, buffer, shown, view, destination)
                    ?? buffer.Stored(traced.Trace(buffer.Image, view, random, destination));
            }
        }
    }

    /// <summary>The images of a part if the last batch is kept: the parts, one after the other, are the whole.</summary>
    public static (int First, int Length) OwnRange(int count, LoaderOptions options)
    {
        var first = (int)((long)count * options.Part / options.Parts);
        return (first, (int)((long)count * (options.Part + 1) / options.Parts) - first);
    }

    private static int[] OwnPart(int[] all, LoaderOptions options) => options.Parts == 1
        ? all
        : !options.DropLast ? all.AsSpan(OwnRange(all.Length, options).First, OwnRange(all.Length, options).Length).ToArray()
        : [.. all.Chunk(options.BatchSize).Where(batch => batch.Length == options.BatchSize)
            .SelectMany(batch => batch.Chunk(options.BatchSize / options.Parts).ElementAt(options.Part))];
}
