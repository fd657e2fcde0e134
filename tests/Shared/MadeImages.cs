using System.Globalization;
using SslFramework.Engine.Data;
using TorchSharp;

namespace SslFramework.Tests;

/// <summary>Labeled images from a tensor. Every batch is freed when the next is asked for.</summary>
internal sealed class MadeImages : ILabeledImages
{
    private readonly Tensor images;
    private readonly long[] labels;

    public MadeImages(Tensor images, long[] labels, int classes)
    {
        (this.images, this.labels) = (images, labels);
        Classes = [.. Enumerable.Range(0, classes).Select(c => c.ToString(CultureInfo.InvariantCulture))];
    }

    public int Count => labels.Length;

    public IReadOnlyList<string> Classes { get; }

    public IReadOnlyList<int> Labels => Array.ConvertAll(labels, label => (int)label);

    /// <summary>True makes readers take every epoch's batches anew, although they show the same images.</summary>
    public bool Augmented { get; init; }

    /// <summary>Images [N, 1, 4, 4] of noise around one picture a class, label = i mod classes.</summary>
    public static MadeImages Separable(string key, int count, int classes, double noise)
    {
        using var scope = NewDisposeScope();
        var labels = Enumerable.Range(0, count).Select(i => (long)(i % classes)).ToArray();
        var pictures = Golden.Tensor("pictures", [classes, 1, 4, 4], 2);
        var images = Golden.Tensor(key, [count, 1, 4, 4], noise).add_(pictures[tensor(labels)]);
        return new MadeImages(images.DetachFromDisposeScope(), labels, classes);
    }

    public MadeImages WithLabels(Func<long, long> change) => new(images, [.. labels.Select(change)], Classes.Count);

    public MadeImages AsAugmented() => new(images, labels, Classes.Count) { Augmented = true };

    public IEnumerable<LabeledBatch> Read(int batchSize)
    {
        for (var begin = 0; begin < Count; begin += batchSize)
        {
            var count = Math.Min(batchSize, Count - begin);
            using var rows = images.narrow(0, begin, count).clone();
            using var some = tensor(labels.AsSpan(begin, count).ToArray());
            yield return new LabeledBatch(rows, some);
        }
    }

    public IEnumerable<LabeledBatch> ReadShuffled(int batchSize, long seed, int epoch) =>
        ((MadeImages)Select(SampleOrder.Shuffled(seed, epoch, Count)[..(Count / batchSize * batchSize)])).Read(batchSize);

    public IEnumerable<ViewBatch> ReadViews(int batchSize, long seed, int epoch) => Read(batchSize)
        .Select(batch => new ViewBatch([batch.Images.add_(Golden.Tensor($"view {epoch}", batch.Images.shape, 0.1))], new long[batch.Labels.shape[0]]));

    public ILabeledImages Select(IReadOnlyList<int> indices)
    {
        using var rows = tensor(indices.ToArray(), int64);
        return new MadeImages(images.index_select(0, rows), [.. indices.Select(i => labels[i])], Classes.Count) { Augmented = Augmented };
    }
}
