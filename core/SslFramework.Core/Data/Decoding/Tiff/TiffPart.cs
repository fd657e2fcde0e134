using System.IO.Compression;

namespace SslFramework.Core.Data.Decoding.Tiff;

/// <summary>Unpacks a strip or tile of a TIFF.</summary>
internal static class TiffPart
{
    private const int Clear = 256;
    private const int End = 257;
    private const int MostCodes = 4096;

    /// <summary>How many bytes one byte can stand for, at most.</summary>
    public static int MostRatio(uint compression) => compression switch
    {
        1 => 1,
        5 => MostCodes, // more than 9 bits stand for
        32773 => 64,
        _ => 1032,
    };

    /// <summary>Unpacks one part.</summary>
    /// <returns>Whether all of it was there.</returns>
    public static bool Unpack(uint compression, ReadOnlySpan<byte> stored, Span<byte> part) => compression switch
    {
        1 => stored.Length >= part.Length && stored[..part.Length].TryCopyTo(part),
        5 => Lzw(stored, part),
        32773 => PackBits(stored, part),
        _ => Inflate(stored, part),
    };

    private static unsafe bool Inflate(ReadOnlySpan<byte> stored, Span<byte> part)
    {
        if (stored.IsEmpty)
        {
            return false;
        }

        try
        {
            fixed (byte* first = stored)
            {
                using var packed = new UnmanagedMemoryStream(first, stored.Length);
                using var inflated = new ZLibStream(packed, CompressionMode.Decompress);
                return inflated.ReadAtLeast(part, part.Length, throwOnEndOfStream: false) == part.Length;
            }
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private static bool PackBits(ReadOnlySpan<byte> stored, Span<byte> part)
    {
        while (part.Length > 0)
        {
            if (stored.Length < 2)
            {
                return false;
            }

            int head = (sbyte)stored[0];
            if (head == -128)
            {
                stored = stored[1..];
                continue;
            }

            var count = Math.Min(Math.Abs(head) + 1, part.Length);
            if (head >= 0 && stored.Length <= count)
            {
                return false;
            }

            if (head >= 0)
            {
                stored.Slice(1, count).CopyTo(part);
            }
            else
            {
                part[..count].Fill(stored[1]);
            }

            stored = stored[(head >= 0 ? count + 1 : 2)..];
            part = part[count..];
        }

        return true;
    }

    // Codes of 9 to 12 bits, the highest first; they get longer one code early.
    private static bool Lzw(ReadOnlySpan<byte> stored, Span<byte> part)
    {
        Span<ushort> starts = stackalloc ushort[MostCodes]; // the code that a code goes on from
        Span<ushort> lengths = stackalloc ushort[MostCodes];
        Span<byte> ends = stackalloc byte[MostCodes];
        for (var i = 0; i < Clear; i++)
        {
            (lengths[i], ends[i]) = (1, (byte)i);
        }

        var (next, width, previous, written) = (End + 1, 9, -1, 0);
        var (bits, count, at) = (0u, 0, 0);
        while (written < part.Length)
        {
            for (; count < width && at < stored.Length; count += 8)
            {
                bits = (bits << 8) | stored[at++];
            }

            if (count < width)
            {
                return false;
            }

            count -= width;
            var code = (int)(bits >> count) & ((1 << width) - 1);
            if (code == Clear)
            {
                (next, width, previous) = (End + 1, 9, -1);
                continue;
            }

            if (code == End || code > next || (code >= Clear && previous < 0) || (code == next && next >= MostCodes))
            {
                return false;
            }

            if (previous >= 0 && next < MostCodes)
            {
                (starts[next], lengths[next]) = ((ushort)previous, (ushort)(lengths[previous] + 1));
                ends[next] = First(code == next ? previous : code, starts, lengths, ends);
                next++;
                width += next == (1 << width) - 1 && width < 12 ? 1 : 0;
            }

            written += Write(code, starts, lengths, ends, part[written..]);
            previous = code;
        }

        return true;
    }

    private static byte First(int code, ReadOnlySpan<ushort> starts, ReadOnlySpan<ushort> lengths, ReadOnlySpan<byte> ends)
    {
        for (var left = lengths[code]; left > 1; left--)
        {
            code = starts[code];
        }

        return ends[code];
    }

    // From its end; what does not fit is left out.
    private static int Write(
        int code, ReadOnlySpan<ushort> starts, ReadOnlySpan<ushort> lengths, ReadOnlySpan<byte> ends, Span<byte> target)
    {
        int length = lengths[code];
        for (var i = length - 1; i >= 0; i--, code = starts[code])
        {
            if (i < target.Length)
            {
                target[i] = ends[code];
            }
        }

        return Math.Min(length, target.Length);
    }
}
