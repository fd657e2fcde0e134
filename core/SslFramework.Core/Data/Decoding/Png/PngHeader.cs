using System.Buffers.Binary;

namespace SslFramework.Core.Data.Decoding.Png;

/// <summary>What a pixel of a PNG is.</summary>
internal enum PngColor : byte
{
    /// <summary>One value.</summary>
    Gray = 0,

    /// <summary>Red, green, blue.</summary>
    Rgb = 2,

    /// <summary>A number of a color in the palette.</summary>
    Palette = 3,

    /// <summary>A value and alpha.</summary>
    GrayAlpha = 4,

    /// <summary>Red, green, blue, alpha.</summary>
    RgbAlpha = 6,
}

/// <summary>The header of a PNG, its chunk IHDR.</summary>
/// <param name="Size">Rows and columns.</param>
/// <param name="Depth">Bits of a value: 1, 2, 4, 8 or 16.</param>
/// <param name="Color">What a pixel is.</param>
/// <param name="IsInterlaced">Whether the pixels come in the seven passes of Adam7.</param>
internal readonly record struct PngHeader(ImageSize Size, int Depth, PngColor Color, bool IsInterlaced)
{
    private const int Length = 13;

    /// <summary>Values of a pixel in the file.</summary>
    public int Samples => Color switch
    {
        PngColor.Rgb => 3,
        PngColor.GrayAlpha => 2,
        PngColor.RgbAlpha => 4,
        _ => 1,
    };

    /// <summary>Bits of a pixel in the file.</summary>
    public int PixelBits => Samples * Depth;

    /// <summary>Bytes of a row of so many pixels in the file, without its filter.</summary>
    public int RowBytes(int width) => checked((int)((((long)width * PixelBits) + 7) / 8));

    /// <summary>Reads a header.</summary>
    /// <exception cref="ExperimentException">It is not one that the standard knows, or the image is too large.</exception>
    public static PngHeader Read(ReadOnlySpan<byte> chunk, DecodeLimit limit)
    {
        if (chunk.Length != Length)
        {
            throw ImageDecoder.Bad(limit.Name, "its header is damaged");
        }

        var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(chunk), BinaryPrimitives.ReadUInt32BigEndian(chunk[4..]));
        var (depth, color) = (chunk[8], (PngColor)chunk[9]);
        var isKnown = color switch
        {
            PngColor.Gray => depth is 1 or 2 or 4 or 8 or 16,
            PngColor.Palette => depth is 1 or 2 or 4 or 8,
            PngColor.Rgb or PngColor.GrayAlpha or PngColor.RgbAlpha => depth is 8 or 16,
            _ => false,
        };
        if (!isKnown || chunk[10] != 0 || chunk[11] != 0 || chunk[12] > 1)
        {
            throw ImageDecoder.Bad(limit.Name, "its header is damaged");
        }

        limit.Check(width, height, 8);
        return new PngHeader(new ImageSize((int)height, (int)width), depth, color, chunk[12] == 1);
    }
}
