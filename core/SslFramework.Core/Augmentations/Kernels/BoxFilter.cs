namespace SslFramework.Core.Augmentations.Kernels;

/// <summary>
/// Blurs as Pillow's <c>GaussianBlur</c>: three passes of a box of fractional width, edges repeated in every pass.
/// Gwosdek et al. 2011, https://doi.org/10.1007/978-3-642-24785-9_38
/// </summary>
public static class BoxFilter
{
    private const int Passes = 3;

    /// <summary>Blurs one channel in place.</summary>
    /// <param name="plane">float32 [H, W].</param>
    /// <param name="size">Rows and columns.</param>
    /// <param name="sigma">Standard deviation in pixels, Pillow's radius.</param>
    /// <param name="spare">H·W + W numbers.</param>
    public static void Blur(Span<float> plane, ImageSize size, double sigma, Span<float> spare)
    {
        var (height, width) = (size.Height, size.Width);
        var radius = Radius(sigma);
        var other = spare[..(height * width)];
        var sums = spare.Slice(height * width, width);

        // An even number of passes in all: the last one ends in the plane.
        Across(plane, other, width, radius);
        Across(other, plane, width, radius);
        Across(plane, other, width, radius);
        Down(other, plane, size, radius, sums);
        Down(plane, other, size, radius, sums);
        Down(other, plane, size, radius, sums);
    }

    /// <summary>The box's half width, whole and fractional, whose threefold pass has this standard deviation.</summary>
    public static double Radius(double sigma)
    {
        var variance = sigma * sigma / Passes;
        var whole = Math.Floor((Math.Sqrt((12 * variance) + 1) - 1) / 2);
        var part = ((2 * whole) + 1) * ((whole * (whole + 1)) - (3 * variance)) / (6 * (variance - ((whole + 1) * (whole + 1))));
        return whole + part;
    }

    private static void Across(ReadOnlySpan<float> from, Span<float> to, int width, double radius)
    {
        var (whole, inner, outer) = Weights(radius);
        for (var start = 0; start < from.Length; start += width)
        {
            var row = from.Slice(start, width);
            var target = to.Slice(start, width);
            var last = width - 1;
            var sum = 0f; // of the box's whole pixels
            for (var k = -whole; k <= whole; k++)
            {
                sum += row[Math.Clamp(k, 0, last)];
            }

            for (var x = 0; x < width; x++)
            {
                var before = row[Math.Clamp(x - whole - 1, 0, last)];
                var after = row[Math.Clamp(x + whole + 1, 0, last)];
                target[x] = (inner * sum) + (outer * (before + after));
                sum += after - row[Math.Clamp(x - whole, 0, last)];
            }
        }
    }

    private static void Down(ReadOnlySpan<float> from, Span<float> to, ImageSize size, double radius, Span<float> sums)
    {
        var (whole, inner, outer) = Weights(radius);
        var width = size.Width;
        var last = size.Height - 1;
        sums.Clear();
        for (var k = -whole; k <= whole; k++)
        {
            var row = from.Slice(Math.Clamp(k, 0, last) * width, width);
            for (var x = 0; x < width; x++)
            {
                sums[x] += row[x];
            }
        }

        for (var y = 0; y <= last; y++)
        {
            var before = from.Slice(Math.Clamp(y - whole - 1, 0, last) * width, width);
            var after = from.Slice(Math.Clamp(y + whole + 1, 0, last) * width, width);
            var leaving = from.Slice(Math.Clamp(y - whole, 0, last) * width, width);
            var target = to.Slice(y * width, width);
            for (var x = 0; x < width; x++)
            {
                target[x] = Math.Clamp((inner * sums[x]) + (outer * (before[x] + after[x])), 0, 1);
                sums[x] += after[x] - leaving[x];
            }
        }
    }

    private static (int Whole, float Inner, float Outer) Weights(double radius)
    {
        var whole = (int)radius;
        var inner = 1 / ((2 * radius) + 1);
        return (whole, (float)inner, (float)((radius - whole) * inner));
    }
}
