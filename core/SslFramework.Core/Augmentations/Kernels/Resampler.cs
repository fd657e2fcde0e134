namespace SslFramework.Core.Augmentations.Kernels;

/// <summary>
/// Crops and resizes in one go, as Pillow does: across first, clipped, then down. Pillow also rounds to whole levels
/// between the passes and after them, and so is at most a level away; torch does not.
/// </summary>
public static class Resampler
{
    private const float White = 255;

    /// <summary>Resizes a rectangle of a decoded image.</summary>
    /// <param name="source">The image.</param>
    /// <param name="box">Inside the image; pixels beyond it do not count.</param>
    /// <param name="size">The new size.</param>
    /// <param name="interpolation">How.</param>
    /// <param name="scratch">The calling thread's memory.</param>
    /// <param name="destination">float32 [C, H, W] in [0, 1].</param>
    public static void Resample(
        ImagePixels source, PixelBox box, ImageSize size, Interpolation interpolation, ResampleScratch scratch, Span<float> destination)
    {
        scratch.Columns.Fill(box.Width, size.Width, interpolation);
        var area = box.Height * size.Width;
        var narrow = scratch.Narrow(source.Channels * area); // [C, box.Height, W] in levels
        for (var y = 0; y < box.Height; y++)
        {
            var row = source.Pixels.Slice(
                (((box.Top + y) * source.Width) + box.Left) * source.Channels, box.Width * source.Channels);
            if (source.Channels == 3)
            {
                var at = y * size.Width;
                AcrossColour(
                    row,
                    scratch.Columns,
                    narrow.Slice(at, size.Width),
                    narrow.Slice(at + area, size.Width),
                    narrow.Slice(at + (2 * area), size.Width));
            }
            else
            {
                AcrossGrey(row, scratch.Columns, narrow.Slice(y * size.Width, size.Width));
            }
        }

        Down(narrow, source.Channels, box.Height, size, 1 / White, interpolation, scratch.Rows, destination);
    }

    /// <summary>Resizes a rectangle of an image that is numbers already.</summary>
    /// <param name="source">float32 [C, H, W] in [0, 1].</param>
    /// <param name="sourceSize">Its rows and columns.</param>
    /// <param name="box">Inside the image; pixels beyond it do not count.</param>
    /// <param name="size">The new size.</param>
    /// <param name="interpolation">How.</param>
    /// <param name="scratch">The calling thread's memory.</param>
    /// <param name="destination">float32 [C, H, W] in [0, 1].</param>
    public static void Resample(
        ReadOnlySpan<float> source,
        ImageSize sourceSize,
        PixelBox box,
        ImageSize size,
        Interpolation interpolation,
        ResampleScratch scratch,
        Span<float> destination)
    {
        var channels = source.Length / (sourceSize.Height * sourceSize.Width);
        scratch.Columns.Fill(box.Width, size.Width, interpolation);
        var narrow = scratch.Narrow(channels * box.Height * size.Width); // [C, box.Height, W]
        for (var line = 0; line < channels * box.Height; line++)
        {
            var (channel, y) = Math.DivRem(line, box.Height);
            var start = (((channel * sourceSize.Height) + box.Top + y) * sourceSize.Width) + box.Left;
            Across(source.Slice(start, box.Width), scratch.Columns, narrow.Slice(line * size.Width, size.Width));
        }

        Down(narrow, channels, box.Height, size, 1, interpolation, scratch.Rows, destination);
    }

    private static void AcrossColour(ReadOnlySpan<byte> row, TapTable taps, Span<float> red, Span<float> green, Span<float> blue)
    {
        for (var x = 0; x < red.Length; x++)
        {
            var pixels = row[(taps.Start(x) * 3)..];
            float r = 0, g = 0, b = 0;
            var k = 0;
            foreach (var weight in taps.Weights(x))
            {
                r += weight * pixels[k];
                g += weight * pixels[k + 1];
                b += weight * pixels[k + 2];
                k += 3;
            }

            (red[x], green[x], blue[x]) = (Math.Clamp(r, 0, White), Math.Clamp(g, 0, White), Math.Clamp(b, 0, White));
        }
    }

    private static void AcrossGrey(ReadOnlySpan<byte> row, TapTable taps, Span<float> narrow)
    {
        for (var x = 0; x < narrow.Length; x++)
        {
            var pixels = row[taps.Start(x)..];
            var weights = taps.Weights(x);
            var sum = 0f;
            for (var k = 0; k < weights.Length; k++)
            {
                sum += weights[k] * pixels[k];
            }

            narrow[x] = Math.Clamp(sum, 0, White);
        }
    }

    private static void Across(ReadOnlySpan<float> row, TapTable taps, Span<float> narrow)
    {
        for (var x = 0; x < narrow.Length; x++)
        {
            var pixels = row[taps.Start(x)..];
            var weights = taps.Weights(x);
            var sum = 0f;
            for (var k = 0; k < weights.Length; k++)
            {
                sum += weights[k] * pixels[k];
            }

            narrow[x] = Math.Clamp(sum, 0, 1);
        }
    }

    // [C, rows, W] → [C, H, W], times unit, clipped to [0, 1]
    private static void Down(
        ReadOnlySpan<float> narrow,
        int channels,
        int rows,
        ImageSize size,
        float unit,
        Interpolation interpolation,
        TapTable taps,
        Span<float> destination)
    {
        taps.Fill(rows, size.Height, interpolation);
        for (var line = 0; line < channels * size.Height; line++)
        {
            var (channel, y) = Math.DivRem(line, size.Height);
            var target = destination.Slice(line * size.Width, size.Width);
            var from = ((channel * rows) + taps.Start(y)) * size.Width;
            target.Clear();
            foreach (var weight in taps.Weights(y))
            {
                var row = narrow.Slice(from, size.Width);
                for (var x = 0; x < row.Length; x++)
                {
                    target[x] += weight * row[x];
                }

                from += size.Width;
            }

            for (var x = 0; x < target.Length; x++)
            {
                target[x] = Math.Clamp(target[x] * unit, 0, 1);
            }
        }
    }
}
