namespace SslFramework.Engine.Data.Loading;

/// <summary>
/// The tensors of one batch, allocated once and written by worker threads through plain pointers: TorchSharp is called
/// by the thread that reads, and no other. Views of one shape lie in one tensor [V, N, C, H, W].
/// </summary>
internal sealed unsafe class BatchSlot : IDisposable
{
    private readonly IReadOnlyList<ViewShape> shapes;
    private readonly List<Tensor> owned = [];
    private readonly Tensor[] views; // [N, C, H, W] each
    private readonly float*[] starts;
    private Tensor[]? shortViews; // [n, C, H, W] each, for the last batch of an epoch

    /// <summary>Takes the memory.</summary>
    /// <param name="shapes">Of the views.</param>
    /// <param name="batchSize">N.</param>
    /// <param name="pinned">Pages that a CUDA device reads by itself, while the processor goes on.</param>
    public BatchSlot(IReadOnlyList<ViewShape> shapes, int batchSize, bool pinned)
    {
        this.shapes = shapes;
        Indices = new long[batchSize];
        var alike = shapes.All(shape => shape == shapes[0])
            ? Own(Allocate([shapes.Count, batchSize, shapes[0].Channels, shapes[0].Height, shapes[0].Width], pinned))
            : null;
        views = [.. shapes.Select((shape, view) =>
            Own(alike?.select(0, view) ?? Allocate([batchSize, shape.Channels, shape.Height, shape.Width], pinned)))];
        starts = new float*[views.Length];
        for (var view = 0; view < views.Length; view++)
        {
            // Of the first image: Tensor.bytes ends at 2 GB, which a large batch passes. Native memory stays where it is.
            using var image = views[view][0];
            fixed (byte* start = image.bytes)
            {
                starts[view] = (float*)start;
            }
        }
    }

    /// <summary>Memory for the numbers of the batch's images, used again for every batch.</summary>
    public long[] Indices { get; }

    /// <summary>Where a worker writes one view of the image at <paramref name="position"/> of the batch.</summary>
    public Span<float> Destination(int view, int position) =>
        new(starts[view] + ((long)position * shapes[view].Length), shapes[view].Length);

    /// <summary>The first <paramref name="indices"/>.Count images as a batch.</summary>
    public ViewBatch Batch(ArraySegment<long> indices)
    {
        if (indices.Count == Indices.Length)
        {
            return new ViewBatch(views, indices);
        }

        shortViews ??= [.. views.Select(view => Own(view.narrow(0, 0, indices.Count)))];
        return new ViewBatch(shortViews, indices);
    }

    public void Dispose() => owned.ForEach(tensor => tensor.Dispose());

    private static Tensor Allocate(long[] shape, bool pinned)
    {
        var tensor = empty(shape);
        if (!pinned)
        {
            return tensor;
        }

        using (tensor)
        {
            return tensor.pin_memory();
        }
    }

    private Tensor Own(Tensor tensor)
    {
        owned.Add(tensor.DetachFromDisposeScope());
        return tensor;
    }
}
