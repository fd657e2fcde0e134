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
        MapsFitTheirImages();
        ObjectsLieInTheirImages();
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

    /// <summary>Checks that a map has its image's size, and that its numbers are those of classes or count nowhere.</summary>
    public void MapsFitTheirImages()
    {
        if (Source is not IAnnotatedSource source || !source.Annotations.Kinds.HasFlag(LabelKinds.Maps))
        {
            return;
        }

        var (image, map, classes) = (new PixelBuffer(), new PixelBuffer(), source.Annotations.MapClasses.Count);
        Require(classes is > 0 and <= IAnnotatedSource.Void, $"there are maps, but {classes} MapClasses");
        foreach (var index in Indices())
        {
            Source.Read(index, image);
            source.ReadMap(index, map);
            Require((map.Height, map.Width) == (image.Height, image.Width), $"the map of image {index} is {map.Height}×{map.Width}, but the image {image.Height}×{image.Width}");
            Require(map is { Channels: 1, BitsPerChannel: 8 }, $"the map of image {index} has {map.Channels} channels of {map.BitsPerChannel} bits; it must have one of 8");
            var stranger = map.Image.Pixels.ToArray().Where(pixel => pixel >= classes && pixel != IAnnotatedSource.Void).Cast<byte?>().FirstOrDefault();
            Require(stranger is null, $"the map of image {index} holds {stranger}, but there are {classes} MapClasses");
        }
    }

    /// <summary>Checks that boxes lie in their images, that masks have their images' pixels, and that classes exist.</summary>
    public void ObjectsLieInTheirImages()
    {
        if (Source is not IAnnotatedSource source || !source.Annotations.Kinds.HasFlag(LabelKinds.Objects))
        {
            return;
        }

        var (image, known) = (new PixelBuffer(), source.Annotations);
        foreach (var index in Indices())
        {
            Source.Read(index, image);
            foreach (var item in source.Objects(index).Objects)
            {
                Require(item.Class >= 0 && item.Class < known.ObjectClasses.Count, $"an object in image {index} is of class {item.Class}, but there are {known.ObjectClasses.Count} ObjectClasses");
                Require(
                    item.Box is { Left: >= 0, Top: >= 0, Width: > 0, Height: > 0 } && item.Box.Right <= image.Width && item.Box.Bottom <= image.Height,
                    $"{item.Box} in image {index} reaches beyond its {image.Height}×{image.Width} pixels; clip it, and leave out what is empty");
                Require(
                    item.Mask is null || (item.Mask.Size == new ImageSize(image.Height, image.Width) && item.Mask.Counts.Sum() == image.Height * image.Width && item.Mask.Counts.All(run => run >= 0)),
                    $"the runs of a mask in image {index} do not add up to its pixels");
                Require(item.Mask is not null || !known.Kinds.HasFlag(LabelKinds.Masks), $"an object in image {index} has no mask, but Kinds says {known.Kinds}");
                Require(item.Keypoints.Count == 0 || item.Keypoints.Count == known.KeypointNames.Count, $"an object in image {index} has {item.Keypoints.Count} keypoints, but there are {known.KeypointNames.Count} KeypointNames");
            }
        }
    }

    /// <summary>An image and, if it has one, its map.</summary>
    private byte[] Pixels(int index, PixelBuffer buffer)
    {
        Source.Read(index, buffer);
        var image = buffer.Image.Pixels.ToArray();
        if (Source is not IAnnotatedSource source || !source.Annotations.Kinds.HasFlag(LabelKinds.Maps))
        {
            return image;
        }

        source.ReadMap(index, buffer);
        return [.. image, .. buffer.Image.Pixels];
    }

    private IEnumerable<int> Indices() => Enumerable.Range(0, Math.Min(Most, Source.Count)).Select(i => (int)((long)i * Source.Count / Math.Min(Most, Source.Count)));

    private static void Require(bool holds, string sentence) => ContractViolationException.Unless(holds, "data source", sentence);
}
