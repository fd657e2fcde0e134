namespace SslFramework.Core.Augmentations.Kernels;

/// <summary>Cuts rectangles that may reach beyond the image.</summary>
internal static class Cropper
{
    /// <summary>Cuts a rectangle out of an image that is numbers already.</summary>
    /// <param name="source">float32 [C, H, W].</param>
    /// <param name="size">Its rows and columns.</param>
    /// <param name="box">The rectangle.</param>
    /// <param name="border">What lies beyond the edge.</param>
    /// <param name="destination">float32 [C, box.Height, box.Width].</param>
    public static void Crop(ReadOnlySpan<float> source, ImageSize size, PixelBox box, Border border, Span<float> destination)
    {
        for (var line = 0; line < destination.Length / box.Width; line++)
        {
            var (channel, y) = Math.DivRem(line, box.Height);
            var target = destination.Slice(line * box.Width, box.Width);
            var row = Inside(box.Top + y, size.Height, border);
            if (row < 0)
            {
                target.Clear();
                continue;
            }

            var pixels = source.Slice(((channel * size.Height) + row) * size.Width, size.Width);
            var from = Math.Clamp(-box.Left, 0, box.Width); // of the target, up to where it lies on the image
            var to = Math.Clamp(size.Width - box.Left, from, box.Width);
            pixels.Slice(to > from ? box.Left + from : 0, to - from).CopyTo(target[from..]);
            for (var x = from > 0 ? 0 : to; x < target.Length; x = x + 1 == from ? to : x + 1)
            {
                var column = Inside(box.Left + x, size.Width, border);
                target[x] = column < 0 ? 0 : pixels[column];
            }
        }
    }

    /// <summary>The place in a line of <paramref name="length"/> that mirrors <paramref name="i"/>; the ends are not repeated.</summary>
    public static int Reflect(int i, int length)
    {
        if ((uint)i < (uint)length)
        {
            return i;
        }

        if (length == 1)
        {
            return 0;
        }

        var period = 2 * (length - 1);
        i = ((i % period) + period) % period;
        return i < length ? i : period - i;
    }

    private static int Inside(int i, int length, Border border) =>
        (uint)i < (uint)length ? i : border == Border.Reflect ? Reflect(i, length) : -1;
}
