using System.Collections.Concurrent;
using System.IO.Hashing;

namespace SslFramework.Core.Data;

/// <summary>What is in a data set, and what is wrong with it. Every image is read and decoded.</summary>
public sealed record DataCheck
{
    /// <summary>Number of images, bad ones too.</summary>
    public required int Images { get; init; }

    /// <summary>Bytes of all images that can be read: of their files, or of their pixels where there are no files.</summary>
    public required long Bytes { get; init; }

    /// <summary>How many images each class has, in order of the classes; empty where there are none.</summary>
    public required IReadOnlyList<ClassCount> Classes { get; init; }

    /// <summary>Images without a class.</summary>
    public required int Unlabelled { get; init; }

    /// <summary>Smallest, median and largest number of pixels; null where no image can be used.</summary>
    public required SizeRange? Sizes { get; init; }

    /// <summary>Names of images that are the same byte for byte, a group a list.</summary>
    public required IReadOnlyList<IReadOnlyList<string>> Duplicates { get; init; }

    /// <summary>Images that cannot be used.</summary>
    public required IReadOnlyList<BadImage> Bad { get; init; }

    /// <summary>What decoded JPEGs.</summary>
    public required string JpegDecoder { get; init; }

    /// <summary>Looks at every image, on all cores.</summary>
    /// <param name="source">The images.</param>
    /// <param name="progress">Told how many have been looked at; called from any thread.</param>
    public static DataCheck Of(IDataSource source, Action<int>? progress = null)
    {
        var (hashes, sizes) = (new UInt128[source.Count], new ImageSize[source.Count]);
        var bad = new ConcurrentDictionary<int, BadImage>();
        var (bytes, done) = (0L, 0);
        Parallel.For(0, source.Count, () => new PixelBuffer(), (i, _, buffer) =>
        {
            try
            {
                var encoded = (source as IEncodedSource)?.Encoded(i);
                Interlocked.Add(ref bytes, encoded?.Length ?? 0);
                source.Read(i, buffer);
                if (encoded is null)
                {
                    Interlocked.Add(ref bytes, buffer.Image.Pixels.Length);
                }

                hashes[i] = XxHash128.HashToUInt128(encoded ?? buffer.Image.Pixels);
                sizes[i] = new ImageSize(buffer.Height, buffer.Width);
            }
            catch (ExperimentException e) when (e.ExitCode == ExitCode.Data)
            {
                bad[i] = new BadImage(i, e.Message);
            }

            progress?.Invoke(Interlocked.Increment(ref done));
            return buffer;
        }, _ => { });

        int[] good = [.. Enumerable.Range(0, source.Count).Where(i => !bad.ContainsKey(i))];
        var counts = Enumerable.Range(0, source.Count).Select(source.Label).CountBy(label => label ?? -1).ToDictionary();
        return new DataCheck
        {
            Images = source.Count,
            Bytes = bytes,
            Classes = [.. source.Classes.Select((name, label) => new ClassCount(name, counts.GetValueOrDefault(label)))],
            Unlabelled = counts.GetValueOrDefault(-1),
            Sizes = good.Length == 0 ? null : RangeOf([.. good.Select(i => sizes[i])]),
            Duplicates = [.. good.GroupBy(i => hashes[i]).Where(group => group.Count() > 1).Select(group => group.Select(i => ImageName.Of(source, i)).ToArray())],
            Bad = [.. bad.Values.OrderBy(image => image.Index)],
            JpegDecoder = ImageDecoder.JpegDecoder,
        };
    }

    private static SizeRange RangeOf(ImageSize[] sizes)
    {
        Array.Sort(sizes, (a, b) => ((long)a.Height * a.Width).CompareTo((long)b.Height * b.Width));
        return new SizeRange(sizes[0], sizes[sizes.Length / 2], sizes[^1]);
    }
}

/// <summary>A class and how many images it has.</summary>
public sealed record ClassCount(string Name, int Images);

/// <summary>Sizes of images, by number of pixels.</summary>
public sealed record SizeRange(ImageSize Smallest, ImageSize Median, ImageSize Largest);
