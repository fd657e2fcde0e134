using System.Buffers.Binary;
using System.IO.Hashing;

namespace SslFramework.Core.Data.Decoding.Png;

/// <summary>Walks through the chunks of a PNG.</summary>
internal ref struct PngChunks(ReadOnlySpan<byte> png)
{
    private const int Frame = 12; // length, type and checksum of a chunk
    private const int DepthAt = 24;

    private readonly ReadOnlySpan<byte> png = png;
    private int next = Signature.Length;

    private static ReadOnlySpan<byte> Signature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>The type of the chunk, four letters.</summary>
    public ReadOnlySpan<byte> Type { get; private set; }

    /// <summary>Its content.</summary>
    public ReadOnlySpan<byte> Content { get; private set; }

    /// <summary>Where its content begins in the file.</summary>
    public int Start { get; private set; }

    /// <summary>Whether a file begins as a PNG.</summary>
    public static bool IsPng(ReadOnlySpan<byte> file) => file.StartsWith(Signature);

    /// <summary>Bits per value; 0 if it is not a PNG.</summary>
    public static int Depth(ReadOnlySpan<byte> file) => IsPng(file) && file.Length > DepthAt ? file[DepthAt] : 0;

    /// <summary>Goes to the next chunk; false at the end of the file, even if a chunk is cut off there.</summary>
    public bool MoveNext()
    {
        var rest = png[Math.Min(next, png.Length)..];
        if (rest.Length < Frame || BinaryPrimitives.ReadUInt32BigEndian(rest) is var length && length > rest.Length - Frame)
        {
            return false;
        }

        Type = rest.Slice(4, 4);
        Content = rest.Slice(8, (int)length);
        Start = next + 8;
        next += Frame + (int)length;
        return true;
    }

    /// <summary>Whether the checksum is that of the chunk.</summary>
    public readonly bool IsSound() =>
        Crc32.HashToUInt32(png.Slice(Start - 4, Content.Length + 4))
        == BinaryPrimitives.ReadUInt32BigEndian(png[(Start + Content.Length)..]);
}
