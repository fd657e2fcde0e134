using SslFramework.Core.Augmentations;
using SslFramework.Core.Augmentations.Kernels;

namespace SslFramework.Tests.Core.Augmentations.Kernels;

/// <summary>The kernels once more, number by number, as their definitions read.</summary>
internal static class ScalarKernels
{
    /// <summary>Across, clipped, then down, clipped: [C, H, W] in [0, 1].</summary>
    public static float[] Resample(ImagePixels source, PixelBox box, ImageSize size, Interpolation interpolation, bool mirrored)
    {
        var (columns, rows) = (new TapTable(), new TapTable());
        columns.Fill(box.Width, size.Width, interpolation, mirrored);
        rows.Fill(box.Height, size.Height, interpolation);
        var result = new float[source.Channels * size.Height * size.Width];
        for (var channel = 0; channel < source.Channels; channel++)
        {
            var narrow = new float[box.Height, size.Width];
            for (var y = 0; y < box.Height; y++)
            {
                for (var x = 0; x < size.Width; x++)
                {
                    var sum = 0f;
                    var column = box.Left + columns.Start(x);
                    foreach (var weight in columns.Weights(x))
                    {
                        sum += weight * source.Pixels[((((box.Top + y) * source.Width) + column++) * source.Channels) + channel];
                    }

                    narrow[y, x] = Math.Clamp(sum, 0, 255);
                }
            }

            for (var y = 0; y < size.Height; y++)
            {
                for (var x = 0; x < size.Width; x++)
                {
                    var sum = 0f;
                    var row = rows.Start(y);
                    foreach (var weight in rows.Weights(y))
                    {
                        sum += weight * narrow[row++, x];
                    }

                    result[(((channel * size.Height) + y) * size.Width) + x] = Math.Clamp(sum * (1 / 255f), 0, 1);
                }
            }
        }

        return result;
    }

    /// <summary>One change of colors after the other.</summary>
    public static float[] Change(float[] pixels, int channels, ReadOnlySpan<ColorChange> changes)
    {
        var result = pixels.ToArray();
        var area = result.Length / channels;
        foreach (var (operation, amount) in changes)
        {
            var mean = Enumerable.Range(0, area).Average(i => channels == 1 ? result[i] : Gray(result, i, area));
            for (var i = 0; i < area; i++)
            {
                if (operation == ColorOperation.Hue)
                {
                    Turn(result, i, area, amount);
                    continue;
                }

                var other = operation switch
                {
                    ColorOperation.Brightness => 0,
                    ColorOperation.Contrast => mean,
                    _ => Gray(result, i, area),
                };
                for (var channel = 0; channel < channels; channel++)
                {
                    ref var value = ref result[(channel * area) + i];
                    value = (float)Math.Clamp((value * amount) + (other * (1 - amount)), 0, 1);
                }
            }
        }

        return result;
    }

    /// <summary>Three passes of Pillow's box along the rows, then three along the columns.</summary>
    public static float[] BoxBlur(float[] plane, ImageSize size, double sigma)
    {
        var radius = BoxFilter.Radius(sigma);
        var whole = (int)radius;
        double[] weights = [radius - whole, .. Enumerable.Repeat(1.0, (2 * whole) + 1), radius - whole];
        return Filter(Filter(plane, size, weights, 3, false, Nearest), size, weights, 3, true, Nearest);
    }

    /// <summary>The sampled Gaussian with all its taps, along the rows, then along the columns.</summary>
    public static float[] GaussianBlur(float[] plane, ImageSize size, int taps, double sigma)
    {
        double[] weights = [.. Enumerable.Range(0, taps).Select(k => Math.Exp(-0.5 * Math.Pow((k - (taps / 2)) / sigma, 2)))];
        return Filter(Filter(plane, size, weights, 1, false, Cropper.Reflect), size, weights, 1, true, Cropper.Reflect);
    }

    private static int Nearest(int i, int length) => Math.Clamp(i, 0, length - 1);

    private static float[] Filter(float[] plane, ImageSize size, double[] weights, int passes, bool down, Func<int, int, int> inside)
    {
        var from = plane;
        for (var pass = 0; pass < passes; pass++)
        {
            var (before, to) = (from, new float[from.Length]);
            for (var i = 0; i < to.Length; i++)
            {
                var (y, x) = Math.DivRem(i, size.Width);
                for (var k = 0; k < weights.Length; k++)
                {
                    var away = k - (weights.Length / 2);
                    var (row, column) = down ? (inside(y + away, size.Height), x) : (y, inside(x + away, size.Width));
                    to[i] += (float)(weights[k] / weights.Sum() * before[(row * size.Width) + column]);
                }
            }

            from = to;
        }

        return from;
    }

    private static double Gray(float[] pixels, int i, int area) =>
        (0.299 * pixels[i]) + (0.587 * pixels[i + area]) + (0.114 * pixels[i + (2 * area)]);

    // Through HSV and its six cases
    private static void Turn(float[] pixels, int i, int area, double turns)
    {
        double[] rgb = [pixels[i], pixels[i + area], pixels[i + (2 * area)]];
        var (value, chroma) = (rgb.Max(), rgb.Max() - rgb.Min());
        if (chroma == 0)
        {
            return;
        }

        var hue = value == rgb[0] ? (rgb[1] - rgb[2]) / chroma
            : value == rgb[1] ? ((rgb[2] - rgb[0]) / chroma) + 2
            : ((rgb[0] - rgb[1]) / chroma) + 4;
        hue = (hue + (6 * turns) + 12) % 6;
        var (sector, rest) = ((int)hue, hue - (int)hue);
        var (low, falling, rising) = (value - chroma, value - (chroma * rest), value - (chroma * (1 - rest)));
        var (red, green, blue) = sector switch
        {
            0 => (value, rising, low),
            1 => (falling, value, low),
            2 => (low, value, rising),
            3 => (low, falling, value),
            4 => (rising, low, value),
            _ => (value, low, falling),
        };
        (pixels[i], pixels[i + area], pixels[i + (2 * area)]) = ((float)red, (float)green, (float)blue);
    }
}
