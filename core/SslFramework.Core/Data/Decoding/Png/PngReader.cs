using System.Buffers;
using System.IO.Compression;

namespace SslFramework.Core.Data.Decoding.Png;

/// <summary>
/// Reads PNGs of every kind, interlaced ones too. ImageSharp gives half an image without a word if a PNG's data end early, and takes
/// longer. https://www.w3.org/TR/png-3
/// </summary>
internal static class PngReader
{
    private const int MostRatio = 1032; // bytes that one byte of deflated data can stand for

    // Of each pass of Adam7: first column and row, and the steps from pixel to pixel.
    private static readonly (int X, int Y, int Right, int Down)[] Passes =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    /// <summary>Reads an image.</summary>
    /// <exception cref="ExperimentException">It is too large, truncated or damaged.</exception>
    public static StoredImage Read(ReadOnlySpan<byte> png, DecodeLimit limit)
    {
        var parts = PngParts.Find(png, limit);
        return Read(png, parts.Data, parts.Header, new PngRow(parts.Header, parts.Palette, parts.Transparency), parts.Orientation, limit);
    }

    /// <summary>Reads the numbers of an image with one value per pixel, whatever its palette is.</summary>
    /// <exception cref="ExperimentException">It is truncated or damaged.</exception>
    public static StoredImage ReadNumbers(ReadOnlySpan<byte> png, PngParts parts, DecodeLimit limit)
    {
        var header = parts.Header with { Color = PngColor.Gray };
        return Read(png, parts.Data, header, new PngRow(header, [], []), ExifOrientation.Upright, limit);
    }

    private static StoredImage Read(
        ReadOnlySpan<byte> png, List<(int Start, int Length)> data, PngHeader header, PngRow row, int orientation, DecodeLimit limit)
    {
        if (!row.IsSound)
        {
            throw ImageDecoder.Bad(limit.Name, "it is damaged (its palette or its transparent color is not sound)");
        }

        var stored = data.Sum(part => (long)part.Length);
        limit.CheckRatio((long)header.RowBytes(header.Size.Width) * header.Size.Height, stored, MostRatio);
        var image = StoredImage.Rent(header.Size, row.Channels, header.Depth == 16 ? 16 : 8, limit, row.HasAlpha, orientation);
        try
        {
            Inflate(png, data, header, row, image, limit.Name);
            return image;
        }
        catch
        {
            image.Dispose();
            throw;
        }
    }

    private static unsafe void Inflate(
        ReadOnlySpan<byte> png, List<(int Start, int Length)> data, PngHeader header, PngRow row, StoredImage image, string name)
    {
        var longest = header.RowBytes(header.Size.Width);
        var rows = ArrayPool<byte>.Shared.Rent(2 * (longest + 1)); // a row with its filter, and the one above
        try
        {
            fixed (byte* file = png)
            {
                using var source = new PngData(file, data);
                using var inflated = new ZLibStream(source, CompressionMode.Decompress);
                foreach (var pass in header.IsInterlaced ? Passes : [(0, 0, 1, 1)])
                {
                    ReadPass(inflated, pass, header, row, image, rows, name);
                }

                inflated.ReadByte(); // what is left is the checksum, which is only looked at now
            }
        }
        catch (InvalidDataException e)
        {
            throw ImageDecoder.Bad(name, $"it is truncated or damaged ({e.Message.TrimEnd('.')})");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rows);
        }
    }

    private static void ReadPass(
        Stream inflated,
        (int X, int Y, int Right, int Down) pass,
        PngHeader header,
        PngRow row,
        StoredImage image,
        byte[] rows,
        string name)
    {
        var width = (header.Size.Width - pass.X + pass.Right - 1) / pass.Right;
        if (width <= 0)
        {
            return;
        }

        var length = header.RowBytes(width);
        var above = rows.AsSpan(0, length + 1);
        var here = rows.AsSpan(length + 1, length + 1);
        above.Clear();
        for (var y = pass.Y; y < header.Size.Height; y += pass.Down)
        {
            if (inflated.ReadAtLeast(here, here.Length, throwOnEndOfStream: false) < here.Length)
            {
                throw ImageDecoder.Bad(name, "it is truncated");
            }

            if (!PngFilter.Undo(here[0], here[1..], above[1..], Math.Max(1, header.PixelBits / 8))
                || !Place(row, here[1..], image, y, pass.X, pass.Right, width))
            {
                throw ImageDecoder.Bad(name, "it is damaged (a filter or a color that does not exist)");
            }

            var used = above;
            above = here;
            here = used;
        }
    }

    private static bool Place(PngRow row, ReadOnlySpan<byte> bytes, StoredImage image, int y, int x, int step, int width)
    {
        var (channels, start) = (image.Channels, ((y * image.Size.Width) + x) * image.Channels);
        if (image.Bits == 16)
        {
            var values = image.Values[start..];
            if (step == 1)
            {
                row.Write(bytes, values[..(width * channels)]);
                return true;
            }

            var pixels = new ushort[width * channels];
            row.Write(bytes, pixels);
            Spread<ushort>(pixels, values, channels, step);
            return true;
        }

        var levels = image.Levels[start..];
        if (step == 1)
        {
            return row.Write(bytes, levels[..(width * channels)]);
        }

        var colors = new byte[width * channels];
        var isSound = row.Write(bytes, colors);
        Spread<byte>(colors, levels, channels, step);
        return isSound;
    }

    private static void Spread<T>(ReadOnlySpan<T> pixels, Span<T> target, int channels, int step)
    {
        for (var (from, to) = (0, 0); from < pixels.Length; from += channels, to += channels * step)
        {
            pixels.Slice(from, channels).CopyTo(target[to..]);
        }
    }
}
