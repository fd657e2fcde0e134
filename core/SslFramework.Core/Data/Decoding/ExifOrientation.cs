using System.Buffers.Binary;

namespace SslFramework.Core.Data.Decoding;

/// <summary>Reads the orientation from EXIF. Anything malformed counts as upright.</summary>
internal static class ExifOrientation
{
    /// <summary>The orientation of an image that specifies none.</summary>
    public const int Upright = 1;

    private const ushort OrientationTag = 0x0112;
    private const ushort ShortType = 3;

    /// <summary>Reads the orientation, 1 to 8 as EXIF numbers it.</summary>
    /// <param name="tiff">EXIF's own bytes, starting with the byte order.</param>
    public static int Read(ReadOnlySpan<byte> tiff)
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
                return Short(entries[2..], little) == ShortType && Short(entries[8..], little) is >= 1 and <= 8 and var value
                    ? value
                    : Upright;
            }
        }

        return Upright;
    }

    private static ushort Short(ReadOnlySpan<byte> bytes, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);
}
