using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using SslFramework.Engine.Data.Files;

namespace SslFramework.Engine.Data;

/// <summary>
/// What a source holds, identified by its content alone: the same images with the same labels in the same order have the same
/// hash, whatever files they are in and wherever those are.
/// </summary>
internal sealed class DataFingerprint
{
    private const ulong Unusable = 0;
    private const string Kind = "content";

    // Times of files are coarse: a file that was written just now may be written again unnoticed.
    private static readonly TimeSpan Coarseness = TimeSpan.FromSeconds(2);

    private readonly UInt128[] images;

    private DataFingerprint(UInt128[] images, string hash) => (this.images, Hash) = (images, hash);

    /// <summary>16 hexadecimal digits of a SHA-256.</summary>
    public string Hash { get; }

    /// <summary>Reads every image once, on all cores. An image that cannot be used counts as nothing.</summary>
    /// <param name="source">The images.</param>
    /// <param name="progress">Receives the progress, from several threads at once.</param>
    /// <param name="options">
    /// What the source was made from, every option spelled out: the hash of large data is cached under it and trusted as long as no
    /// file has another name, size or time. If null, the images are always read.
    /// </param>
    public static DataFingerprint Of(IDataSource source, IProgress<EvaluationProgress>? progress = null, string? options = null)
    {
        var key = options is null || source.Count < IndexCache.KeptFrom ? null : KeyOf(source, options);
        if (key is not null && Kept(source, key) is { } kept)
        {
            return kept;
        }

        var fingerprint = Read(source, progress);
        if (key is not null)
        {
            IndexCache.Save(Kind, key, writer =>
            {
                writer.Write(fingerprint.images);
                writer.Write(fingerprint.Hash);
            });
        }

        return fingerprint;
    }

    private static DataFingerprint Read(IDataSource source, IProgress<EvaluationProgress>? progress)
    {
        var read = 0;
        var (images, maps, annotated) = (new UInt128[source.Count], new UInt128[source.Count], LabelMap.Of(source));
        EveryImage.Visit(source.Count, () => new PixelBuffer(), (i, buffer) =>
        {
            try
            {
                source.Read(i, buffer);
                var image = OfImage(buffer.Image);
                if (annotated is not null)
                {
                    LabelMap.Read(annotated, i, new ImageSize(buffer.Height, buffer.Width), buffer);
                    maps[i] = OfImage(buffer.Image);
                }

                images[i] = image;
            }
            catch (ExperimentException bad) when (bad.Kind == FailureKind.Data)
            {
                images[i] = Unusable;
            }

            progress?.Report(new("looking at images", Interlocked.Increment(ref read), source.Count));
        });

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes(images.AsSpan()));
        var labels = Enumerable.Range(0, source.Count).Select(i => source.Label(i) ?? -1).ToArray();
        hash.AppendData(MemoryMarshal.AsBytes(labels.AsSpan()));
        AddPlaces(hash, source, maps);
        return new DataFingerprint(images, Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8)));
    }

    /// <summary>Numbers of the images that can be used, in order.</summary>
    public IReadOnlyList<int> Usable => [.. Enumerable.Range(0, images.Length).Where(i => images[i] != Unusable)];

    /// <summary>How many images here have the same pixels as one of <paramref name="other"/>'s.</summary>
    public int Overlap(DataFingerprint other)
    {
        var known = other.images.Where(image => image != Unusable).ToHashSet();
        return images.Count(known.Contains);
    }

    /// <summary>
    /// A key for the options, the files and the build that decodes them; null if the files are not known or one has changed just now.
    /// </summary>
    private static string? KeyOf(IDataSource source, string options)
    {
        var settled = TimeProvider.System.GetUtcNow().UtcDateTime - Coarseness;
        if (!source.Files.Any() || source.Files.Any(file => File.GetLastWriteTimeUtc(file) >= settled))
        {
            return null;
        }

        var what = $"{options}\n{source.GetType().Module.ModuleVersionId}\n{DataIdentity.Of(source)}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(what)).AsSpan(0, 16));
    }

    private static DataFingerprint? Kept(IDataSource source, string key)
    {
        try
        {
            return IndexCache.Open(Kind, key) is { } reader && reader.ReadArray<UInt128>() is var images && images.Length == source.Count
                ? new DataFingerprint(images, reader.ReadText())
                : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>Adds what is known of places, if anything is.</summary>
    private static void AddPlaces(IncrementalHash hash, IDataSource source, UInt128[] maps)
    {
        if (source is not IAnnotatedSource annotated || annotated.Annotations.Kinds is var kinds && kinds == LabelKinds.None)
        {
            return;
        }

        hash.AppendData(MemoryMarshal.AsBytes(maps.AsSpan()));
        var numbers = new List<double>();
        for (var i = 0; i < source.Count; i++)
        {
            numbers.AddRange(annotated.ClassSet(i).Select(number => (double)number).Append(double.NaN));
            foreach (var item in annotated.Objects(i).Objects)
            {
                numbers.AddRange([item.Class, item.Box.Left, item.Box.Top, item.Box.Width, item.Box.Height, item.Area ?? -1]);
                numbers.AddRange([item.Crowd ? 1 : 0, item.Difficult ? 1 : 0, .. item.Mask?.Counts.Select(run => (double)run) ?? []]);
                numbers.AddRange(item.Keypoints.SelectMany(point => (double[])[point.X, point.Y, point.Visibility]).Append(double.NaN));
            }

            hash.AppendData(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(numbers)));
            numbers.Clear();
        }
    }

    private static UInt128 OfImage(ImagePixels image)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        ReadOnlySpan<int> shape = [image.Height, image.Width, image.Channels, image.BitsPerChannel];
        hash.AppendData(MemoryMarshal.AsBytes(image.BitsPerChannel == 8 ? shape[..3] : shape));
        hash.AppendData(image.Bytes);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash.GetHashAndReset());
    }
}
