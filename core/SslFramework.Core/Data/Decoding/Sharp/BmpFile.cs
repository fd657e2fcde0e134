using System.Buffers.Binary;

namespace SslFramework.Core.Data.Decoding.Sharp;

/// <summary>Finds the rows of a BMP inside the file, or the end of its runs.</summary>
internal static class BmpFile
{
    private const int FileHead = 14;
    private const int OldHead = 12;
    private const int HeadWithAlpha = 56; // the first whose masks have one for alpha

    /// <summary>Whether a file begins as a BMP.</summary>
    public static bool IsBmp(ReadOnlySpan<byte> file) =>
        file.Length >= FileHead + OldHead && file.StartsWith("BM"u8) && Int(file, 14) is >= OldHead and <= 124;

    /// <summary>Checks a file.</summary>
    /// <exception cref="ExperimentException">It is too large, truncated or damaged.</exception>
    public static SoundFile Check(ReadOnlySpan<byte> file, DecodeLimit limit)
    {
        var (start, head) = (Int(file, 10), Int(file, 14));
        if (start < 0 || start > file.Length || FileHead + head > file.Length)
        {
            throw ImageDecoder.Bad(limit.Name, "it is truncated");
        }

        var isOld = head == OldHead;
        var (width, height, bits) = isOld ? (Short(file, 18), (long)Short(file, 20), Short(file, 24))
            : ((long)Int(file, 18), Math.Abs((long)Int(file, 22)), head >= 16 ? Short(file, 28) : 0);
        var compression = isOld || head < 20 ? 0 : Int(file, 30);
        limit.Check(width, height);
        if (bits is not (1 or 2 or 4 or 8 or 16 or 24 or 32) || compression is not (0 or 1 or 2 or 3 or 6))
        {
            throw ImageDecoder.Bad(limit.Name, $"it is a BMP of a kind that is not read ({bits} bits, compression {compression})");
        }

        var isWhole = compression is 1 or 2
            ? HasEnd(file[start..], isHalf: compression == 2)
            : start + ((((width * bits) + 31) / 32 * 4 * (height - 1)) + (((width * bits) + 7) / 8)) <= file.Length;
        if (!isWhole)
        {
            throw ImageDecoder.Bad(limit.Name, "it is truncated");
        }

        var hasAlpha = compression is 3 or 6 && head >= HeadWithAlpha && Int(file, 66) != 0;
        return new SoundFile(file, new ImageSize((int)height, (int)width)) { HasAlpha = hasAlpha };
    }

    // Whether runs of pixels go on to their end, of 8 or of 4 bits a pixel.
    private static bool HasEnd(ReadOnlySpan<byte> runs, bool isHalf)
    {
        for (var at = 0; at + 1 < runs.Length;)
        {
            var (count, value) = (runs[at], runs[at + 1]);
            if (count == 0 && value == 1)
            {
                return true;
            }

            var literal = isHalf ? (value + 1) / 2 : value;
            at += 2 + (count > 0 || value == 0 ? 0 : value == 2 ? 2 : literal + (literal & 1));
        }

        return false;
    }

    private static int Int(ReadOnlySpan<byte> file, int at) => BinaryPrimitives.ReadInt32LittleEndian(file[at..]);

    private static int Short(ReadOnlySpan<byte> file, int at) => BinaryPrimitives.ReadUInt16LittleEndian(file[at..]);
}
