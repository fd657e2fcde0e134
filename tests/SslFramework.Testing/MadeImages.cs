namespace SslFramework.Testing;

/// <summary>Labelled images that a seed makes: noise around a brightness of the image's class.</summary>
/// <param name="seed">Decides every pixel.</param>
/// <param name="numbers">Which images of the endless row that the seed makes.</param>
/// <param name="classes">Image i is of class i modulo this number.</param>
/// <param name="channels">1 or more.</param>
/// <param name="size">Rows and columns.</param>
internal sealed class MadeImages(long seed, IReadOnlyList<int> numbers, int classes, int channels, int size) : ILabelledImages
{
    /// <inheritdoc/>
    public int Count => numbers.Count;

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes { get; } = [.. Enumerable.Range(0, classes).Select(label => $"class {label}")];

    /// <inheritdoc/>
    public IReadOnlyList<int> Labels { get; } = [.. numbers.Select(number => number % classes)];

    /// <inheritdoc/>
    public bool Augmented => false;

    /// <inheritdoc/>
    public IEnumerable<LabelledBatch> Read(int batchSize) => Enumerable.Range(0, Count).Chunk(batchSize).SelectMany(Batch);

    /// <inheritdoc/>
    public IEnumerable<LabelledBatch> ReadShuffled(int batchSize, long seed, int epoch)
    {
        var random = new SampleRandom(unchecked((ulong)seed), (ulong)epoch, 0, 0);
        int[] order = [.. Enumerable.Range(0, Count).Select(place => (Key: random.NextDouble(), place)).OrderBy(pair => pair.Key).Select(pair => pair.place)];
        return order.Chunk(batchSize).Where(places => places.Length == batchSize).SelectMany(Batch);
    }

    /// <inheritdoc/>
    public ILabelledImages Select(IReadOnlyList<int> indices) => new MadeImages(seed, [.. indices.Select(index => numbers[index])], classes, channels, size);

    private IEnumerable<LabelledBatch> Batch(int[] places)
    {
        using var images = tensor(places.SelectMany(place => Pixels(numbers[place])).ToArray(), [places.Length, channels, size, size]).DetachFromDisposeScope();
        using var labels = tensor(places.Select(place => (long)Labels[place]).ToArray()).DetachFromDisposeScope();
        yield return new LabelledBatch(images, labels);
    }

    private float[] Pixels(int number)
    {
        var random = new SampleRandom(unchecked((ulong)seed), 0, (ulong)number, 0);
        var (pixels, brightness) = (new float[channels * size * size], (float)(number % classes) / classes);
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (brightness + (float)random.NextDouble()) / 2;
        }

        return pixels;
    }
}
