using System.Buffers.Binary;

namespace SslFramework.Core.Data.Decoding.Sharp;

/// <summary>
/// Finds the first frame of a GIF whole, down to the number of its pixels. https://www.w3.org/Graphics/GIF/spec-gif89a.txt
/// </summary>
internal static class GifFile
{
    private const int Head = 13;
    private const int MostCodes = 4096;
    private const byte Extension = 0x21;
    private const byte Frame = 0x2C;
    private const byte Trailer = 0x3B;

    /// <summary>Whether a file begins as a GIF.</summary>
    public static bool IsGif(ReadOnlySpan<byte> file) => file.StartsWith("GIF87a"u8) || file.StartsWith("GIF89a"u8);

    /// <summary>Checks a file.</summary>
    /// <exception cref="ExperimentException">It is too large, truncated or damaged.</exception>
    public static SoundFile Check(ReadOnlySpan<byte> file, DecodeLimit limit)
    {
        if (file.Length < Head)
        {
            throw Truncated(limit);
        }

        var size = new ImageSize(Short(file, 8), Short(file, 6));
        limit.Check(size.Width, size.Height);
        var (at, isTransparent) = (Head + Table(file[10]), false);
        while (at < file.Length)
        {
            switch (file[at++])
            {
                case Extension:
                    isTransparent |= file[at..].StartsWith<byte>([0xF9, 4]) && at + 2 < file.Length && (file[at + 2] & 1) != 0;
                    at++;
                    Skip(file, ref at, limit);
                    break;
                case Frame when at + 9 < file.Length:
                    var (left, top, width, height) = (Short(file, at), Short(file, at + 2), Short(file, at + 4), Short(file, at + 6));
                    if (width == 0 || height == 0 || left + width > size.Width || top + height > size.Height)
                    {
                        throw ImageDecoder.Bad(limit.Name, "it is damaged (its frame does not lie in the picture)");
                    }

                    at += 9 + Table(file[at + 8]);
                    var data = at;
                    at++;
                    Skip(file, ref at, limit);
                    if (Pixels(file[data..at]) < width * height)
                    {
                        throw Truncated(limit);
                    }

                    // Later frames are not even parsed.
                    byte[] first = [.. file[..at], Trailer];
                    return new SoundFile(first, size) { HasAlpha = isTransparent || (width, height) != (size.Width, size.Height) };
                default:
                    throw ImageDecoder.Bad(limit.Name, "it is damaged (there is no frame in it)");
            }
        }

        throw Truncated(limit);
    }

    /// <summary>How many pixels a frame's data make: each code stands for one pixel more than the code that it was made from.</summary>
    private static long Pixels(ReadOnlySpan<byte> data)
    {
        int least = data[0];
        if (least is < 1 or > 8)
        {
            return 0;
        }

        Span<ushort> lengths = stackalloc ushort[MostCodes];
        lengths[..(1 << least)].Fill(1);
        var (clear, end) = (1 << least, (1 << least) + 1);
        var (next, width, previous, total) = (end + 1, least + 1, 0, 0L); // previous: pixels of the code before; 0 after a clear
        var (bits, count) = (0, 0);
        for (var at = 1; at < data.Length && data[at] > 0; at += 1 + data[at])
        {
            foreach (var b in data.Slice(at + 1, data[at]))
            {
                (bits, count) = (bits | (b << count), count + 8);
                while (count >= width)
                {
                    var code = bits & ((1 << width) - 1);
                    (bits, count) = (bits >> width, count - width);
                    if (code == clear)
                    {
                        (next, width, previous) = (end + 1, least + 1, 0);
                        continue;
                    }

                    if (code == end || code > (previous == 0 ? clear : next))
                    {
                        return total;
                    }

                    var pixels = code < next ? lengths[code] : previous + 1;
                    if (previous > 0 && next < MostCodes)
                    {
                        lengths[next++] = (ushort)(previous + 1);
                        width += next == 1 << width && width < 12 ? 1 : 0;
                    }

                    (total, previous) = (total + pixels, pixels);
                }
            }
        }

        return total;
    }

    private static int Table(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);

    private static void Skip(ReadOnlySpan<byte> file, ref int at, DecodeLimit limit)
    {
        while (at < file.Length && file[at] > 0)
        {
            at += 1 + file[at];
        }

        if (++at > file.Length)
        {
            throw Truncated(limit);
        }
    }

    private static int Short(ReadOnlySpan<byte> file, int at) => BinaryPrimitives.ReadUInt16LittleEndian(file[at..]);

    private static ExperimentException Truncated(DecodeLimit limit) => ImageDecoder.Bad(limit.Name, "it is truncated");
}
