using System.Collections.Concurrent;
using System.IO.Hashing;
using SslFramework.Core.Data;
using SslFramework.Core.Data.Decoding;
using SslFramework.Engine.Data.Archives;

namespace SslFramework.Engine.Data;

/// <summary>What is in a data set, and what is wrong with it. Every image is read and decoded.</summary>
internal sealed record DataCheck
{
    private const int MostUnread = 100; // each of them takes seconds
    private const int FewLevels = 64;

    /// <summary>Number of images, including bad ones.</summary>
    public required int Images { get; init; }

    /// <summary>Bytes of all images that can be read: of their files, or of their pixels if there are no files.</summary>
    public required long Bytes { get; init; }

    /// <summary>Number of images per class, in order of the classes; empty if there are none.</summary>
    public required IReadOnlyList<ClassCount> Classes { get; init; }

    /// <summary>Images without a class.</summary>
    public required int Unlabeled { get; init; }

    /// <summary>Smallest, median and largest number of pixels; null if no image can be used.</summary>
    public required SizeRange? Sizes { get; init; }

    /// <summary>Names of images that are the same byte for byte, one list per group.</summary>
    public required IReadOnlyList<IReadOnlyList<string>> Duplicates { get; init; }

    /// <summary>Images that cannot be used.</summary>
    public required IReadOnlyList<BadImage> Bad { get; init; }

    /// <summary>Images whose bytes the disk or network does not give.</summary>
    public required IReadOnlyList<BadImage> Unread { get; init; }

    /// <summary>Images with an alpha channel, and those of them that decode to (almost) one gray because of it.</summary>
    public required PartOfImages Alpha { get; init; }

    /// <summary>Images of 16 bits, and those of them that use at most 64 of 256 levels.</summary>
    public required PartOfImages SixteenBits { get; init; }

    /// <summary>The fewest levels that an image of 16 bits uses; 256 if there is none.</summary>
    public required int FewestLevels { get; init; }

    /// <summary>The largest value in images of 16 bits; 0 if there is none.</summary>
    public required int LargestValue { get; init; }

    /// <summary>The values that become black and white in images of 16 bits: two, or two per channel; empty if it is not known.</summary>
    public required IReadOnlyList<double> Window { get; init; }

    /// <summary>Images of 16 bits with values above all windows, which become white.</summary>
    public required int Clipped { get; init; }

    /// <summary>Bits of a value that images keep.</summary>
    public required int Depth { get; init; }

    /// <summary>The values of every channel, if they were asked for.</summary>
    public IReadOnlyList<ValueStatistics>? Statistics { get; init; }

    /// <summary>Notes on what was left out and what else is worth knowing.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>The library that decoded JPEGs.</summary>
    public required string JpegDecoder { get; init; }

    /// <summary>Reads every image, on all cores.</summary>
    /// <param name="source">The images.</param>
    /// <param name="progress">Receives the number of images that have been read; called from any thread.</param>
    /// <exception cref="ExperimentException">So many images cannot be read that the disk or network has failed.</exception>
    public static DataCheck Of(IDataSource source, Action<int>? progress = null)
    {
        var (hashes, sizes, traits) = (new UInt128[source.Count], new ImageSize[source.Count], new PixelTraits[source.Count]);
        var (bad, unread) = (new ConcurrentDictionary<int, BadImage>(), new ConcurrentDictionary<int, BadImage>());
        var (bytes, done) = (0L, 0);
        var files = EncodedFiles.Of(source);
        EveryImage.Visit(source.Count, () => new PixelBuffer(), (i, buffer) =>
        {
            try
            {
                var encoded = files?.Encoded(i);
                Interlocked.Add(ref bytes, encoded?.Length ?? 0);
                source.Read(i, buffer);
                if (encoded is null)
                {
                    Interlocked.Add(ref bytes, buffer.Image.Bytes.Length);
                }

                sizes[i] = new ImageSize(buffer.Height, buffer.Width);
                hashes[i] = XxHash128.HashToUInt128(encoded ?? buffer.Image.Bytes);
                traits[i] = PixelTraits.Of(encoded, buffer.Image);
                if (LabelMap.Of(source) is { } annotated)
                {
                    LabelMap.Read(annotated, i, sizes[i], buffer);
                }
            }
            catch (ExperimentException e) when (e.Kind == FailureKind.Data)
            {
                bad[i] = new BadImage(i, e.Message);
            }
            catch (ExperimentException e) when (e.Kind == FailureKind.Storage && unread.Count < MostUnread)
            {
                unread[i] = new BadImage(i, e.Message);
            }

            progress?.Invoke(Interlocked.Increment(ref done));
        });

        int[] good = [.. Enumerable.Range(0, source.Count).Where(i => !bad.ContainsKey(i) && !unread.ContainsKey(i))];
        var counts = Enumerable.Range(0, source.Count).Select(source.Label).CountBy(label => label ?? -1).ToDictionary();
        var deep = traits.Where(image => image.Is16Bits).ToArray();
        var decoding = deep.Length == 0 ? null : (source as IEncodedSource)?.Decoding;
        return new DataCheck
        {
            Images = source.Count,
            Bytes = bytes,
            Classes = [.. source.Classes.Select((name, label) => new ClassCount(name, counts.GetValueOrDefault(label)))],
            Unlabeled = counts.GetValueOrDefault(-1),
            Sizes = good.Length == 0 ? null : RangeOf([.. good.Select(i => sizes[i])]),
            Duplicates = [.. good.GroupBy(i => hashes[i]).Where(group => group.Count() > 1)
                .Select(group => group.Select(i => ImageName.Of(source, i)).ToArray())],
            Bad = [.. bad.Values.OrderBy(image => image.Index)],
            Unread = [.. unread.Values.OrderBy(image => image.Index)],
            Alpha = new(traits.Count(image => image.HasAlpha), traits.Count(image => image.HasAlpha && image.IsGray)),
            SixteenBits = new(deep.Length, deep.Count(image => image.Levels <= FewLevels)),
            FewestLevels = deep.Select(image => (int)image.Levels).DefaultIfEmpty(256).Min(),
            LargestValue = deep.Select(image => image.Largest).DefaultIfEmpty().Max(),
            Window = decoding?.Window ?? [],
            Clipped = decoding is null ? 0 : deep.Count(image => image.Largest > decoding.Window.Where((_, i) => i % 2 == 1).Max()),
            Depth = decoding?.Depth ?? 8,
            Notes = source.Notes,
            JpegDecoder = ImageDecoder.JpegDecoder,
        };
    }

    private static SizeRange RangeOf(ImageSize[] sizes)
    {
        Array.Sort(sizes, (a, b) => ((long)a.Height * a.Width).CompareTo((long)b.Height * b.Width));
        return new SizeRange(sizes[0], sizes[sizes.Length / 2], sizes[^1]);
    }
}
