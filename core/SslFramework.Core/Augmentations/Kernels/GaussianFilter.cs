namespace SslFramework.Core.Augmentations.Kernels;

/// <summary>Blurs with a sampled Gaussian of a set size, edges reflected: torchvision's <c>gaussian_blur</c>.</summary>
public static class GaussianFilter
{
    /// <summary>Blurs one channel in place.</summary>
    /// <param name="plane">float32 [H, W].</param>
    /// <param name="size">Rows and columns.</param>
    /// <param name="taps">The kernel's length, odd.</param>
    /// <param name="sigma">Standard deviation in pixels.</param>
    /// <param name="spare">H·W + taps numbers.</param>
    public static void Blur(Span<float> plane, ImageSize size, int taps, double sigma, Span<float> spare)
    {
        var (height, width) = (size.Height, size.Width);
        var weights = spare.Slice(height * width, taps);
        Fill(weights, sigma);
        var radius = taps / 2;

        var blurred = spare[..(height * width)];
        for (var y = 0; y < height; y++)
        {
            var row = plane.Slice(y * width, width);
            for (var x = 0; x < width; x++)
            {
                var sum = 0f;
                for (var k = 0; k < taps; k++)
                {
                    sum += weights[k] * row[Cropper.Reflect(x + k - radius, width)];
                }

                blurred[(y * width) + x] = sum;
            }
        }

        for (var y = 0; y < height; y++)
        {
            var target = plane.Slice(y * width, width);
            target.Clear();
            for (var k = 0; k < taps; k++)
            {
                var row = blurred.Slice(Cropper.Reflect(y + k - radius, height) * width, width);
                for (var x = 0; x < width; x++)
                {
                    target[x] += weights[k] * row[x];
                }
            }

            for (var x = 0; x < width; x++)
            {
                target[x] = Math.Clamp(target[x], 0, 1);
            }
        }
    }

    private static void Fill(Span<float> weights, double sigma)
    {
        var sum = 0.0;
        for (var k = 0; k < weights.Length; k++)
        {
            var distance = (k - (weights.Length / 2)) / sigma;
            weights[k] = (float)Math.Exp(-0.5 * distance * distance);
            sum += weights[k];
        }

        for (var k = 0; k < weights.Length; k++)
        {
            weights[k] = (float)(weights[k] / sum);
        }
    }
}
