namespace SslFramework.Core.Augmentations.Kernels;

/// <summary>Changes of colour, in place, on float32 [C, H, W] in [0, 1]; every one ends clipped to [0, 1].</summary>
public static class Colors
{
    /// <summary>Weight of red in a pixel's grey (ITU-R 601, as Pillow).</summary>
    public const float Red = 0.299f;

    /// <summary>Weight of green in a pixel's grey.</summary>
    public const float Green = 0.587f;

    /// <summary>Weight of blue in a pixel's grey.</summary>
    public const float Blue = 0.114f;

    /// <summary>x · factor.</summary>
    public static void Brightness(Span<float> pixels, float factor)
    {
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = Math.Clamp(pixels[i] * factor, 0, 1);
        }
    }

    /// <summary>Blends with one number, the mean of the grey image: x · factor + mean · (1 − factor).</summary>
    public static void Contrast(Span<float> pixels, int channels, float factor)
    {
        var shift = (float)MeanGrey(pixels, channels) * (1 - factor);
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = Math.Clamp((pixels[i] * factor) + shift, 0, 1);
        }
    }

    /// <summary>Blends with the grey image: x · factor + grey · (1 − factor). Three channels.</summary>
    public static void Saturation(Span<float> pixels, float factor)
    {
        Split(pixels, out var red, out var green, out var blue);
        for (var i = 0; i < red.Length; i++)
        {
            var grey = Grey(red[i], green[i], blue[i]) * (1 - factor);
            red[i] = Math.Clamp((red[i] * factor) + grey, 0, 1);
            green[i] = Math.Clamp((green[i] * factor) + grey, 0, 1);
            blue[i] = Math.Clamp((blue[i] * factor) + grey, 0, 1);
        }
    }

    /// <summary>Turns the hue, as through HSV. Three channels.</summary>
    /// <param name="pixels">float32 [3, H, W].</param>
    /// <param name="shift">In turns, −0.5 to 0.5.</param>
    public static void Hue(Span<float> pixels, float shift)
    {
        Split(pixels, out var red, out var green, out var blue);
        for (var i = 0; i < red.Length; i++)
        {
            var (r, g, b) = (red[i], green[i], blue[i]);
            var value = Math.Max(r, Math.Max(g, b));
            var chroma = value - Math.Min(r, Math.Min(g, b));
            if (chroma == 0)
            {
                continue;
            }

            var sixths = value == r ? (g - b) / chroma : value == g ? ((b - r) / chroma) + 2 : ((r - g) / chroma) + 4;
            sixths += 6 * shift;
            red[i] = HueChannel(value, chroma, sixths + 5);
            green[i] = HueChannel(value, chroma, sixths + 3);
            blue[i] = HueChannel(value, chroma, sixths + 1);
        }
    }

    /// <summary>Makes the three channels equal.</summary>
    public static void Grayscale(Span<float> pixels)
    {
        Split(pixels, out var red, out var green, out var blue);
        for (var i = 0; i < red.Length; i++)
        {
            red[i] = green[i] = blue[i] = Math.Min(Grey(red[i], green[i], blue[i]), 1);
        }
    }

    /// <summary>1 − x where x ≥ threshold.</summary>
    public static void Solarize(Span<float> pixels, float threshold)
    {
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = pixels[i] >= threshold ? 1 - pixels[i] : pixels[i];
        }
    }

    /// <summary>(x − mean) / deviation, for one channel; not clipped.</summary>
    public static void Normalize(Span<float> plane, float mean, float deviation)
    {
        for (var i = 0; i < plane.Length; i++)
        {
            plane[i] = (plane[i] - mean) / deviation;
        }
    }

    private static double MeanGrey(ReadOnlySpan<float> pixels, int channels)
    {
        var sum = 0.0;
        if (channels == 1)
        {
            foreach (var x in pixels)
            {
                sum += x;
            }

            return sum / pixels.Length;
        }

        var area = pixels.Length / 3;
        for (var i = 0; i < area; i++)
        {
            sum += Grey(pixels[i], pixels[i + area], pixels[i + (2 * area)]);
        }

        return sum / area;
    }

    private static float Grey(float red, float green, float blue) => (Red * red) + (Green * green) + (Blue * blue);

    // max − chroma · clamp(min(k, 4 − k), 0, 1) with k modulo 6: HSV to RGB without its six cases
    private static float HueChannel(float value, float chroma, float k)
    {
        k -= 6 * MathF.Floor(k / 6);
        return value - (chroma * Math.Clamp(Math.Min(k, 4 - k), 0, 1));
    }

    private static void Split(Span<float> pixels, out Span<float> red, out Span<float> green, out Span<float> blue)
    {
        var area = pixels.Length / 3;
        red = pixels[..area];
        green = pixels.Slice(area, area);
        blue = pixels.Slice(2 * area, area);
    }
}
