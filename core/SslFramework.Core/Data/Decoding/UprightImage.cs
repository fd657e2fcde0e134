namespace SslFramework.Core.Data.Decoding;

/// <summary>Brings decoded pixels into the order and channels that a source gives.</summary>
internal static class UprightImage
{
    /// <summary>Turns an image upright, and makes it gray if one channel is asked for.</summary>
    /// <param name="pixels">Red, green and blue first in every pixel, or gray.</param>
    /// <param name="pixelBytes">1 or 2 for a gray image, 3 or 4 for one of colors: the even ones have alpha, which is ignored.</param>
    /// <param name="size">Rows and columns as stored.</param>
    /// <param name="orientation">The orientation as EXIF numbers it, 1 to 8; anything else is upright.</param>
    /// <param name="channels">1 or 3.</param>
    /// <param name="destination">Receives the pixels.</param>
    public static void Write(
        ReadOnlySpan<byte> pixels, int pixelBytes, ImageSize size, int orientation, int channels, PixelBuffer destination)
    {
        var (rows, columns, start, down, right) = UprightOrder.Of(size, orientation);
        var target = destination.Resize(rows, columns, channels);
        var step = right * pixelBytes;
        var next = pixelBytes >= 3 ? 1 : 0; // from red to green, and on to blue
        for (var y = 0; y < rows; y++)
        {
            var from = (start + (y * down)) * pixelBytes;
            var line = target.Slice(y * columns * channels, columns * channels);
            if (channels == 1)
            {
                WriteGray(pixels, from, step, next, line);
            }
            else
            {
                WriteColor(pixels, from, step, next, line);
            }
        }
    }

    private static void WriteColor(ReadOnlySpan<byte> pixels, int from, int step, int next, Span<byte> line)
    {
        for (var i = 0; i + 2 < line.Length; i += 3, from += step)
        {
            line[i] = pixels[from];
            line[i + 1] = pixels[from + next];
            line[i + 2] = pixels[from + next + next];
        }
    }

    // Pillow's luma, ITU-R 601 in 16-bit fixed point; for a gray pixel it is the pixel.
    private static void WriteGray(ReadOnlySpan<byte> pixels, int from, int step, int next, Span<byte> line)
    {
        for (var i = 0; i < line.Length; i++, from += step)
        {
            var (red, green, blue) = (pixels[from], pixels[from + next], pixels[from + next + next]);
            line[i] = (byte)(((19595 * red) + (38470 * green) + (7471 * blue) + 0x8000) >> 16);
        }
    }
}
