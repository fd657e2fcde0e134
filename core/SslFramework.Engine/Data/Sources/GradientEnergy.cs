using SslFramework.Core.Augmentations.Kernels;

namespace SslFramework.Engine.Data.Sources;

/// <summary>How much happens in every square part of an image: the mean squared difference of its grey values from a blur.</summary>
internal sealed class GradientEnergy
{
    private const double Flat = 1e-8; // below is rounding; a step of one level in one pixel is 1e-5
    private readonly double[] places; // [rows, columns] of upper left corners
    private readonly int rows;
    private readonly int columns;

    public GradientEnergy(ImagePixels image, int side, double sigma)
    {
        var size = new ImageSize(image.Height, image.Width);
        (Side, rows, columns) = (side, size.Height - side + 1, size.Width - side + 1);
        var grey = new float[size.Height * size.Width];
        for (var i = 0; i < grey.Length; i++)
        {
            for (var c = 0; c < image.Channels; c++)
            {
                grey[i] += image.Pixels[(i * image.Channels) + c] / 255f;
            }
        }

        var blurred = (float[])grey.Clone();
        var taps = (2 * (int)Math.Ceiling(3 * sigma)) + 1;
        GaussianFilter.Blur(blurred, size, taps, sigma, new float[GaussianFilter.Spare(size, taps)]);
        var sums = Sums(grey, blurred, size);
        Mean = sums[^1] / grey.Length;
        places = new double[rows * columns];
        var stride = size.Width + 1;
        for (var i = 0; i < places.Length; i++)
        {
            var corner = (i / columns * stride) + (i % columns);
            var energy = sums[corner + (side * stride) + side] - sums[corner + (side * stride)] - sums[corner + side] + sums[corner];
            places[i] = energy > Flat ? energy : 0;
        }
    }

    public int Side { get; }

    /// <summary>Of the whole image, for a pixel.</summary>
    public double Mean { get; }

    /// <summary>Of all places that are left; 0 where there is none.</summary>
    public double Total => places.Sum();

    /// <summary>Leaves out places whose middle lies inside a seed that was picked before.</summary>
    public void Exclude(SeedPatch seed)
    {
        for (var i = 0; i < places.Length; i++)
        {
            var (y, x) = (((i / columns) + (Side / 2)) - seed.Top, ((i % columns) + (Side / 2)) - seed.Left);
            if (y >= 0 && y < seed.Side && x >= 0 && x < seed.Side)
            {
                places[i] = 0;
            }
        }
    }

    /// <summary>A corner, with a probability proportional to the energy behind it.</summary>
    /// <param name="uniform">In [0, 1).</param>
    public (int Top, int Left) Pick(double uniform)
    {
        var left = uniform * Total;
        var last = Array.FindLastIndex(places, energy => energy > 0);
        var place = 0;
        for (; place < last && left >= places[place]; place++)
        {
            left -= places[place];
        }

        return Math.DivRem(place, columns);
    }

    /// <summary>Sums of squared differences over all pixels above and left of a corner, [H + 1, W + 1].</summary>
    private static double[] Sums(float[] grey, float[] blurred, ImageSize size)
    {
        var stride = size.Width + 1;
        var sums = new double[(size.Height + 1) * stride];
        for (var i = 0; i < grey.Length; i++)
        {
            var (y, x) = Math.DivRem(i, size.Width);
            var corner = ((y + 1) * stride) + x + 1;
            sums[corner] = Math.Pow(grey[i] - blurred[i], 2) + sums[corner - 1] + sums[corner - stride] - sums[corner - stride - 1];
        }

        return sums;
    }
}
