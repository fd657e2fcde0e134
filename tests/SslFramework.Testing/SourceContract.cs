namespace SslFramework.Testing;

/// <summary>
/// Checks that a data source keeps the contract of <see cref="IDataSource"/>: one call in a test of your own plugin. Each check throws a
/// <see cref="ContractViolationException"/> with one sentence.
/// </summary>
/// <param name="Source">The source, over some small data.</param>
public sealed record SourceContract(IDataSource Source)
{
    private const int Threads = 4;

    /// <summary>The most images that are read, evenly spaced.</summary>
    public int Most { get; init; } = 64;

    /// <summary>Runs every check.</summary>
    public void Verify()
    {
        EveryImageHasTheShapeThatIsSaid();
        LabelsAreOfTheClasses();
        AnImageIsTheSameEachTimeAndInEveryThread();
    }

    /// <summary>Checks that there are images, and that channels and sizes are those that the source announces.</summary>
    public void EveryImageHasTheShapeThatIsSaid()
    {
        Require(Source.Count > 0, "it has no images; refuse such data with an ExperimentException when it is opened");
        Require(Source.Channels is 1 or 3, $"Channels is {Source.Channels}; it must be 1 (gray) or 3 (red, green, blue)");
        var buffer = new PixelBuffer();
        foreach (var index in Indices())
        {
            Source.Read(index, buffer);
            Require(buffer.Height > 0 && buffer.Width > 0, $"image {index} was not written; call Resize of its buffer");
            Require(buffer.Channels == Source.Channels, $"image {index} has {buffer.Channels} channels, but Channels is {Source.Channels}");
            Require(
                Source.Size is not { } size || (size.Height, size.Width) == (buffer.Height, buffer.Width),
                $"image {index} is {buffer.Height}×{buffer.Width}, but Size says {Source.Size?.Height}×{Source.Size?.Width}; where sizes differ it must be null");
        }
    }

    /// <summary>Checks that a label is the number of a class, and that there are none without classes.</summary>
    public void LabelsAreOfTheClasses()
    {
        foreach (var index in Indices())
        {
            var label = Source.Label(index);
            Require(label is null || (label >= 0 && label < Source.Classes.Count), $"image {index} has the label {label}, but there are {Source.Classes.Count} Classes");
            Require(label == Source.Label(index), $"the label of image {index} changes");
        }
    }

    /// <summary>
    /// Checks that several threads that read at the same time, in another order, get the same bytes, whatever the buffer held before.
    /// </summary>
    public void AnImageIsTheSameEachTimeAndInEveryThread()
    {
        var indices = Indices().ToArray();
        var expected = indices.Select(index => Pixels(index, new PixelBuffer())).ToArray();
        var failures = new Exception?[Threads];
        var threads = Enumerable.Range(0, Threads).Select(thread => new Thread(() =>
        {
            try
            {
                var buffer = new PixelBuffer();
                for (var i = 0; i < indices.Length; i++)
                {
                    var at = (i + (thread * indices.Length / Threads)) % indices.Length;
                    Require(Pixels(indices[at], buffer).AsSpan().SequenceEqual(expected[at]), $"image {indices[at]} has other pixels when several threads read; share no stream or buffer between them");
                }
            }
            catch (Exception e)
            {
                failures[thread] = e;
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        if (failures.FirstOrDefault(failure => failure is not null) is { } failed)
        {
            throw failed as ContractViolationException
                ?? new ContractViolationException($"reading by several threads fails with {failed.GetType().Name}: {failed.Message.TrimEnd('.')}; share no stream or buffer between them", "data source");
        }
    }

    private byte[] Pixels(int index, PixelBuffer buffer)
    {
        Source.Read(index, buffer);
        return buffer.Image.Pixels.ToArray();
    }

    private IEnumerable<int> Indices() => Enumerable.Range(0, Math.Min(Most, Source.Count)).Select(i => (int)((long)i * Source.Count / Math.Min(Most, Source.Count)));

    private static void Require(bool holds, string sentence) => ContractViolationException.Unless(holds, "data source", sentence);
}
