using System.Buffers.Binary;

namespace SslFramework.Core.Data.Decoding.Png;

/// <summary>Turns a row of a PNG into values: of 8 bits, or of 16 if the file has 16.</summary>
/// <param name="header">The header of its image.</param>
/// <param name="palette">Red, green and blue of every color; empty if there is no palette.</param>
/// <param name="transparency">The content of the chunk tRNS; empty if there is none.</param>
internal readonly ref struct PngRow(PngHeader header, ReadOnlySpan<byte> palette, ReadOnlySpan<byte> transparency)
{
    private readonly ReadOnlySpan<byte> palette = palette;
    private readonly ReadOnlySpan<byte> transparency = transparency;

    /// <summary>Whether the last channel of the values is alpha.</summary>
    public bool HasAlpha { get; } = header.Color is PngColor.GrayAlpha or PngColor.RgbAlpha || transparency.Length > 0;

    /// <summary>Values of a pixel.</summary>
    public int Channels => (header.Color == PngColor.Palette ? 3 : header.Samples) + (transparency.Length > 0 ? 1 : 0);

    /// <summary>Whether the palette and the transparent color are there and as long as they must be.</summary>
    public bool IsSound => header.Color switch
    {
        PngColor.Palette => palette.Length is > 0 and <= 768 && palette.Length % 3 == 0 && transparency.Length <= palette.Length / 3,
        PngColor.Gray or PngColor.Rgb => transparency.Length == 0 || transparency.Length == 2 * header.Samples,
        _ => transparency.Length == 0,
    };

    /// <summary>Writes the values of 16 bits of a row.</summary>
    public void Write(ReadOnlySpan<byte> row, Span<ushort> values)
    {
        var (samples, channels) = (header.Samples, Channels);
        for (var (from, to) = (0, 0); to < values.Length; from += 2 * samples, to += channels)
        {
            for (var c = 0; c < samples; c++)
            {
                values[to + c] = BinaryPrimitives.ReadUInt16BigEndian(row[(from + (2 * c))..]);
            }

            if (channels > samples)
            {
                values[to + samples] = row.Slice(from, 2 * samples).SequenceEqual(transparency) ? (ushort)0 : ushort.MaxValue;
            }
        }
    }

    /// <summary>Writes the values of 8 bits of a row, whatever bits the file has up to 8.</summary>
    /// <returns>Whether every color is in the palette.</returns>
    public bool Write(ReadOnlySpan<byte> row, Span<byte> levels)
    {
        var channels = Channels;
        if (header.Depth == 8 && channels == header.Samples && header.Color != PngColor.Palette)
        {
            row[..levels.Length].CopyTo(levels);
            return true;
        }

        for (var (i, to) = (0, 0); to < levels.Length; i++, to += channels)
        {
            var pixel = levels.Slice(to, channels);
            if (header.Color == PngColor.Palette)
            {
                var number = Sample(row, i);
                if (3 * number >= palette.Length)
                {
                    return false;
                }

                palette.Slice(3 * number, 3).CopyTo(pixel);
                if (HasAlpha)
                {
                    pixel[3] = number < transparency.Length ? transparency[number] : byte.MaxValue;
                }

                continue;
            }

            var isTransparent = HasAlpha;
            for (var c = 0; c < header.Samples; c++)
            {
                var value = Sample(row, (i * header.Samples) + c);
                pixel[c] = (byte)(value * 255 / ((1 << header.Depth) - 1));
                isTransparent = isTransparent && value == BinaryPrimitives.ReadUInt16BigEndian(transparency[(2 * c)..]);
            }

            if (HasAlpha)
            {
                pixel[^1] = isTransparent ? (byte)0 : byte.MaxValue;
            }
        }

        return true;
    }

    private int Sample(ReadOnlySpan<byte> row, int i)
    {
        var bit = i * header.Depth;
        return (row[bit >> 3] >> (8 - header.Depth - (bit & 7))) & ((1 << header.Depth) - 1);
    }
}
