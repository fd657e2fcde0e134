namespace SslFramework.Engine.Data.Loading;

/// <summary>
/// The tensors of one batch, allocated once and written by worker threads through plain pointers: only the thread that reads
/// calls TorchSharp. Views of one shape share one tensor [V, N, C, H, W].
/// </summary>
internal sealed unsafe class BatchSlot : IDisposable
{
    private readonly IReadOnlyList<ViewShape> shapes;
    private readonly List<Tensor> owned = [];
    private readonly Tensor[] views; // [N, C, H, W] each
    private readonly float*[] starts;
    private Tensor[]? shortViews; // [n, C, H, W] each, for the last batch of an epoch

    /// <summary>Allocates the memory.</summary>
    /// <param name="shapes">Shapes of the views.</param>
    /// <param name="batchSize">N, the number of images.</param>
    /// <param name="pinned">Whether the memory is pinned, so that a CUDA device reads it by itself while the processor works on.</param>
    /// <param name="traced">Whether it will be told where views come from.</param>
    public BatchSlot(IReadOnlyList<ViewShape> shapes, int batchSize, bool pinned, bool traced)
    {
        this.shapes = shapes;
        Indices = new long[batchSize];
        var alike = shapes.All(shape => shape == shapes[0])
            ? Own(Allocate([shapes.Count, batchSize, shapes[0].Channels, shapes[0].Height, shapes[0].Width], pinned))
            : null;
        views = [.. shapes.Select((shape, view) =>
            Own(alike?.select(0, view) ?? Allocate([batchSize, shape.Channels, shape.Height, shape.Width], pinned)))];
        Geometry = [.. shapes.Select(_ => traced ? new ViewGeometry[batchSize] : [])];
        starts = new float*[views.Length];
        for (var view = 0; view < views.Length; view++)
        {
            // Address of the first image: Tensor.bytes ends at 2 GB, which a large batch exceeds. Native memory does not move.
            using var image = views[view][0];
            fixed (byte* start = image.bytes)
            {
                starts[view] = (float*)start;
            }
        }
    }

    /// <summary>Memory for the numbers of the batch's images, reused for every batch.</summary>
    public long[] Indices { get; }

    /// <summary>Memory for where the views come from, [V][N]; [V][0] if it is not told.</summary>
    public ViewGeometry[][] Geometry { get; }

    /// <summary>The memory into which a worker writes one view of the image at <paramref name="position"/> of the batch.</summary>
    public Span<float> Destination(int view, int position) =>
        new(starts[view] + ((long)position * shapes[view].Length), shapes[view].Length);

    /// <summary>The first <paramref name="indices"/>.Count images as a batch.</summary>
    public ViewBatch Batch(ArraySegment<long> indices)
    {
        IReadOnlyList<IReadOnlyList<ViewGeometry>> told = Geometry[0].Length > 0 ? Geometry : [];
        if (indices.Count == Indices.Length)
        {
            return new ViewBatch(views, indices) { Geometry = told };
        }

        shortViews ??= [.. views.Select(view => Own(view.narrow(0, 0, indices.Count)))];
        return new ViewBatch(shortViews, indices) { Geometry = [.. told.Select(own => own.Take(indices.Count).ToArray())] };
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
