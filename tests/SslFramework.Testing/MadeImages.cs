namespace SslFramework.Testing;

/// <summary>
/// Labeled images generated from a seed: noise around a brightness that depends on the class, which all pixels have but those of the last
/// column, which count nowhere.
/// </summary>
/// <param name="seed">Decides every pixel.</param>
/// <param name="numbers">Numbers of the images in the endless series that the seed generates.</param>
/// <param name="classes">Image i is of class i modulo this number.</param>
/// <param name="channels">1 or more.</param>
/// <param name="size">Rows and columns.</param>
internal sealed class MadeImages(long seed, IReadOnlyList<int> numbers, int classes, int channels, int size) : IAnnotatedImages
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
    public AnnotationInfo Annotations => new(LabelKinds.Maps | LabelKinds.Objects | LabelKinds.ClassSets) { MapClasses = Classes, ObjectClasses = Classes };

    /// <summary>One object, the whole image.</summary>
    public ImageObjects Objects(int index) => new([new(Labels[index], new Box(0, 0, size, size))]);

    /// <summary>The image's class alone.</summary>
    public IReadOnlyList<int> ClassSet(int index) => [Labels[index]];

    /// <inheritdoc/>
    public IEnumerable<AnnotatedBatch> ReadAnnotated(int batchSize) => Annotated(Read(batchSize), 0);

    /// <inheritdoc/>
    public IEnumerable<AnnotatedBatch> ReadAnnotatedShuffled(int batchSize, long seed, int epoch)
    {
        var order = Order(seed, epoch);
        return Annotated(Batches(order.Chunk(batchSize).Where(places => places.Length == batchSize)), 0, order);
    }

    /// <inheritdoc/>
    public IEnumerable<LabeledBatch> Read(int batchSize) => Batches(Enumerable.Range(0, Count).Chunk(batchSize));

    /// <inheritdoc/>
    public IEnumerable<LabeledBatch> ReadShuffled(int batchSize, long seed, int epoch) =>
        Batches(Order(seed, epoch).Chunk(batchSize).Where(places => places.Length == batchSize));

    /// <inheritdoc/>
    public ILabeledImages Select(IReadOnlyList<int> indices) => new MadeImages(seed, [.. indices.Select(index => numbers[index])], classes, channels, size);

    private int[] Order(long seed, int epoch)
    {
        var random = new SampleRandom(unchecked((ulong)seed), (ulong)epoch, 0, 0);
        return [.. Enumerable.Range(0, Count).Select(place => (Key: random.NextDouble(), place)).OrderBy(pair => pair.Key).Select(pair => pair.place)];
    }

    private IEnumerable<AnnotatedBatch> Annotated(IEnumerable<LabeledBatch> batches, int begin, int[]? order = null)
    {
        foreach (var batch in batches)
        {
            var count = (int)batch.Images.shape[0];
            long[] indices = [.. Enumerable.Range(begin, count).Select(place => (long)(order?[place] ?? place))];
            using var maps = batch.Labels.view(-1, 1, 1).expand(count, size, size).to(uint8).contiguous().DetachFromDisposeScope();
            using var edge = maps.narrow(2, size - 1, 1).fill_(IAnnotatedSource.Void);
            var whole = Enumerable.Repeat(new ViewGeometry(0, 0, size, size, Mirrored: false) { Image = new(size, size) }, count);
            yield return new AnnotatedBatch(batch.Images, indices, [.. whole]) { Maps = maps };
            begin += count;
        }
    }

    private IEnumerable<LabeledBatch> Batches(IEnumerable<int[]> batches)
    {
        foreach (var places in batches)
        {
            var pixels = places.SelectMany(place => Pixels(numbers[place])).ToArray();
            using var images = tensor(pixels, [places.Length, channels, size, size]).DetachFromDisposeScope();
            using var labels = tensor(places.Select(place => (long)Labels[place]).ToArray()).DetachFromDisposeScope();
            yield return new LabeledBatch(images, labels);
        }
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
