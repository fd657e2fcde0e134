using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace SslFramework.Core.Data;

/// <summary>
/// What a source holds, told by its content alone: the same images with the same labels in the same order have the same
/// hash, wherever and in whatever files they lie.
/// </summary>
public sealed class DataFingerprint
{
    private const ulong Unusable = 0;
    private readonly UInt128[] images;

    private DataFingerprint(UInt128[] images, string hash) => (this.images, Hash) = (images, hash);

    /// <summary>16 hexadecimal digits of a SHA-256.</summary>
    public string Hash { get; }

    /// <summary>Reads every image once, on all cores. One that cannot be used counts as nothing.</summary>
    /// <param name="source">The images.</param>
    /// <param name="progress">Told how far this is, by several threads at once.</param>
    public static DataFingerprint Of(IDataSource source, IProgress<EvaluationProgress>? progress = null)
    {
        var read = 0;
        var images = new UInt128[source.Count];
        EveryImage.Visit(source.Count, () => new PixelBuffer(), (i, buffer) =>
        {
            try
            {
                source.Read(i, buffer);
                images[i] = OfImage(buffer.Image);
            }
            catch (ExperimentException bad) when (bad.ExitCode == ExitCode.Data)
            {
                images[i] = Unusable;
            }

            progress?.Report(new("looking at images", Interlocked.Increment(ref read), source.Count));
        });

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes(images.AsSpan()));
        var labels = Enumerable.Range(0, source.Count).Select(i => source.Label(i) ?? -1).ToArray();
        hash.AppendData(MemoryMarshal.AsBytes(labels.AsSpan()));
        return new DataFingerprint(images, Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8)));
    }

    /// <summary>The images that can be used, in order.</summary>
    public IReadOnlyList<int> Usable => [.. Enumerable.Range(0, images.Length).Where(i => images[i] != Unusable)];

    /// <summary>How many images here have the same pixels as one of <paramref name="other"/>'s.</summary>
    public int Overlap(DataFingerprint other)
    {
        var known = other.images.Where(image => image != Unusable).ToHashSet();
        return images.Count(known.Contains);
    }

    private static UInt128 OfImage(ImagePixels image)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        ReadOnlySpan<int> shape = [image.Height, image.Width, image.Channels];
        hash.AppendData(MemoryMarshal.AsBytes(shape));
        hash.AppendData(image.Pixels);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash.GetHashAndReset());
    }
}
