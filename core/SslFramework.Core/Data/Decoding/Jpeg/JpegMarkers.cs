using System.Buffers.Binary;

namespace SslFramework.Core.Data.Decoding.Jpeg;

/// <summary>Walks through the segments of a JPEG.</summary>
internal static class JpegMarkers
{
    /// <summary>SOS: a scan's header, which its data follow.</summary>
    public const byte StartOfScan = 0xDA;

    /// <summary>EOI.</summary>
    public const byte EndOfImage = 0xD9;

    private const byte App1 = 0xE1;

    /// <summary>The orientation of its EXIF segment, 1 to 8; upright if there is none.</summary>
    public static int Orientation(ReadOnlySpan<byte> jpeg)
    {
        var at = 2; // after the start marker
        while (Next(jpeg, ref at) is var marker and not (0 or StartOfScan or EndOfImage))
        {
            var segment = Segment(jpeg, ref at);
            if (marker == App1 && segment.StartsWith("Exif\0\0"u8))
            {
                return ExifOrientation.Read(segment[6..]);
            }
        }

        return ExifOrientation.Upright;
    }

    /// <summary>
    /// Whether the end marker is there. Decoders silently turn a progressive JPEG that is cut off into a blurred image.
    /// What follows the end, such as the video of a motion photo, does not count, and neither does a thumbnail's end.
    /// </summary>
    public static bool HasEnd(ReadOnlySpan<byte> jpeg)
    {
        if (jpeg.EndsWith<byte>([0xFF, EndOfImage]))
        {
            return true;
        }

        var at = 2;
        while (true)
        {
            switch (Next(jpeg, ref at))
            {
                case EndOfImage:
                    return true;
                case 0:
                    return false;
                default:
                    Segment(jpeg, ref at); // the data of a scan follow its segment: Next passes over them
                    break;
            }
        }
    }

    /// <summary>
    /// The next marker, and the position behind it; 0 at the end of the file. Other bytes are skipped and, as in the data of a scan, bytes
    /// of 255 that are followed by a 0.
    /// </summary>
    public static byte NextOfAny(ReadOnlySpan<byte> jpeg, ref int at)
    {
        while (at < jpeg.Length && jpeg[at..].IndexOf((byte)0xFF) is var next and >= 0)
        {
            at += next + 1;
            while (at < jpeg.Length && jpeg[at] == 0xFF)
            {
                at++; // padding
            }

            if (at < jpeg.Length && jpeg[at++] is var marker and not 0)
            {
                return marker;
            }
        }

        return 0;
    }

    /// <summary>The same, but only of markers that have a segment, and of the end.</summary>
    public static byte Next(ReadOnlySpan<byte> jpeg, ref int at)
    {
        byte marker;
        do
        {
            marker = NextOfAny(jpeg, ref at);
        }
        while (marker is 1 or (>= 0xD0 and <= 0xD8));
        return marker;
    }

    /// <summary>
    /// The bytes of a segment behind its length, and the position behind them; the end of the file if it is cut off. One that claims to be
    /// shorter than its length has none.
    /// </summary>
    public static ReadOnlySpan<byte> Segment(ReadOnlySpan<byte> jpeg, ref int at)
    {
        var start = at + 2;
        if (start > jpeg.Length || BinaryPrimitives.ReadUInt16BigEndian(jpeg[at..]) is var length && length > jpeg.Length - at)
        {
            at = jpeg.Length;
            return [];
        }

        at += Math.Max((int)length, 2);
        return jpeg[start..at];
    }
}
