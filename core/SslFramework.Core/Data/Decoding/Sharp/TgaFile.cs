using System.Buffers.Binary;

namespace SslFramework.Core.Data.Decoding.Sharp;

/// <summary>Recognizes a TGA, which has no mark at its beginning, and finds its pixels whole.</summary>
internal static class TgaFile
{
    private const int Head = 18;

    /// <summary>Whether all of a header is as that of a TGA must be.</summary>
    public static bool IsTga(ReadOnlySpan<byte> file)
    {
        if (file.Length < Head)
        {
            return false;
        }

        var (hasTable, kind, bits, flags) = (file[1], file[2], file[16], file[17]);
        var isIndexed = kind is 1 or 9;
        return hasTable == (isIndexed ? 1 : 0)
            && (isIndexed ? bits == 8 && file[7] is 15 or 16 or 24 or 32
                : kind is 3 or 11 ? bits == 8 && Short(file, 5) == 0
                : kind is 2 or 10 && bits is 15 or 16 or 24 or 32 && Short(file, 5) == 0)
            && (flags & 0xC0) == 0 && (flags & 0x0F) is 0 or 1 or 8 && Short(file, 12) > 0 && Short(file, 14) > 0;
    }

    /// <summary>Checks a file.</summary>
    /// <exception cref="ExperimentException">It is too large or truncated.</exception>
    public static SoundFile Check(ReadOnlySpan<byte> file, DecodeLimit limit)
    {
        var (width, height, bytes) = (Short(file, 12), Short(file, 14), (file[16] + 7) / 8);
        limit.Check(width, height);
        var start = Head + file[0] + (file[1] == 0 ? 0 : Short(file, 5) * ((file[7] + 7) / 8));
        var pixels = (long)width * height;
        if (file[2] < 8 ? start + (pixels * bytes) > file.Length : !HasRuns(file, start, bytes, pixels))
        {
            throw ImageDecoder.Bad(limit.Name, "it is truncated");
        }

        return new SoundFile(file, new ImageSize(height, width)) { HasAlpha = file[16] == 32 && (file[17] & 0x0F) == 8 };
    }

    private static bool HasRuns(ReadOnlySpan<byte> file, int start, int bytes, long pixels)
    {
        var at = start;
        while (pixels > 0 && at < file.Length)
        {
            var (count, isRun) = ((file[at] & 0x7F) + 1, (file[at] & 0x80) != 0);
            at += 1 + (isRun ? bytes : count * bytes);
            pixels -= count;
        }

        return pixels <= 0 && at <= file.Length;
    }

    private static int Short(ReadOnlySpan<byte> file, int at) => BinaryPrimitives.ReadUInt16LittleEndian(file[at..]);
}
