using System.Buffers.Binary;

namespace SslFramework.Core.Data;

/// <summary>Reads the orientation from a JPEG's EXIF segment. Whatever is not as it should be there counts as upright.</summary>
internal static class JpegOrientation
{
    private const int Upright = 1;
    private const ushort OrientationTag = 0x0112;
    private const ushort ShortType = 3;

    /// <summary>1 to 8, as EXIF numbers it.</summary>
    public static int Read(ReadOnlySpan<byte> jpeg)
    {
        var at = 2; // after the start marker
        while (at + 4 <= jpeg.Length && jpeg[at] == 0xFF)
        {
            var marker = jpeg[at + 1];
            if (marker == 0xFF)
            {
                at++; // padding
                continue;
            }

            if (marker is 0xDA or 0xD9)
            {
                return Upright; // the image begins, or the file ends
            }

            var length = BinaryPrimitives.ReadUInt16BigEndian(jpeg[(at + 2)..]);
            if (length < 2 || at + 2 + length > jpeg.Length)
            {
                return Upright;
            }

            var segment = jpeg.Slice(at + 4, length - 2);
            if (marker == 0xE1 && segment.StartsWith("Exif\0\0"u8))
            {
                return InTiff(segment[6..]);
            }

            at += 2 + length;
        }

        return Upright;
    }

    private static int InTiff(ReadOnlySpan<byte> tiff)
    {
        var little = tiff.StartsWith("II*\0"u8);
        if (tiff.Length < 10 || (!little && !tiff.StartsWith("MM\0*"u8)))
        {
            return Upright;
        }

        var offset = little ? BinaryPrimitives.ReadUInt32LittleEndian(tiff[4..]) : BinaryPrimitives.ReadUInt32BigEndian(tiff[4..]);
        if (offset > (uint)tiff.Length - 2)
        {
            return Upright;
        }

        var entries = tiff[((int)offset + 2)..];
        for (var i = Short(tiff[(int)offset..], little); i > 0 && entries.Length >= 12; i--, entries = entries[12..])
        {
            if (Short(entries, little) == OrientationTag)
            {
                return Short(entries[2..], little) == ShortType && Short(entries[8..], little) is >= 1 and <= 8 and var value ? value : Upright;
            }
        }

        return Upright;
    }

    private static ushort Short(ReadOnlySpan<byte> bytes, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);
}
