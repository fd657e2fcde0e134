using System.Buffers.Binary;

namespace SslFramework.Core.Data.Decoding;

/// <summary>Reads the chunks of a PNG.</summary>
internal static class PngChunks
{
    private const int Frame = 12; // length, type and checksum of a chunk
    private const int DepthAt = 24;

    private static ReadOnlySpan<byte> Signature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Bits per value; 0 if it is not a PNG.</summary>
    public static int Depth(ReadOnlySpan<byte> file) => file.StartsWith(Signature) && file.Length > DepthAt ? file[DepthAt] : 0;

    /// <summary>The orientation of its EXIF chunk, 1 to 8; upright if there is none.</summary>
    public static int Orientation(ReadOnlySpan<byte> png)
    {
        var rest = png[Math.Min(Signature.Length, png.Length)..];
        while (rest.Length >= Frame && BinaryPrimitives.ReadUInt32BigEndian(rest) is var length && length <= rest.Length - Frame)
        {
            if (rest[4..].StartsWith("eXIf"u8))
            {
                return ExifOrientation.Read(rest.Slice(8, (int)length));
            }

            rest = rest[(Frame + (int)length)..];
        }

        return ExifOrientation.Upright;
    }
}
