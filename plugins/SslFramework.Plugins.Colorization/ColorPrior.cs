using SslFramework.Core.Augmentations.Batched;

namespace SslFramework.Plugins.Colorization;

/// <summary>How frequent colors are, and what weight that gives them.</summary>
public static class ColorPrior
{
    private const int Places = 32; // in each direction of an image, at most: neighbors have much the same colors
    private const double Gray = 5; // |a| and |b| up to which an image counts as gray, as in the authors' code

    /// <summary>Counts the colors of evenly spaced images, each shared among several classes.</summary>
    /// <param name="source">The images.</param>
    /// <param name="most">How many to read at most.</param>
    /// <returns>The share of each class, float32 [313], and the share of images that have colors.</returns>
    /// <exception cref="ExperimentException">None of the images can be read.</exception>
    public static (Tensor Shares, double Colorful) Of(IDataSource source, int most)
    {
        using var scope = NewDisposeScope();
        var sum = zeros(ColorBins.Count, float64, CPU);
        var (buffer, images, read, colorful) = (new PixelBuffer(), Math.Min(source.Count, most), 0, 0);
        for (var i = 0; i < images; i++)
        {
            using var perImage = NewDisposeScope();
            try
            {
                source.Read((int)((long)i * source.Count / images), buffer);
            }
            catch (ExperimentException e) when (e.Kind == FailureKind.Data)
            {
                continue; // bad images are training's affair
            }

            var (h, w) = (buffer.Height, buffer.Width);
            var pixels = tensor(buffer.Image.Pixels.ToArray(), [1, h, w, 3], device: CPU);
            var picked = ColorBins.Pick(pixels.permute(0, 3, 1, 2), Math.Max(1, Math.Min(h, w) / Places)); // [1, h', w', 3]
            var ab = Lab.FromRgb(picked.permute(0, 3, 1, 2).to(float32) / 255).narrow(1, 1, 2); // [1, 2, h', w']
            var (bins, shares) = ColorBins.Soften(ab.flatten(2)[0].t());
            sum.index_add_(0, bins.flatten(), shares.to(float64).flatten(), 1.0 / bins.shape[0]);
            (read, colorful) = (read + 1, colorful + (IsColorful(ab).ToBoolean() ? 1 : 0));
        }

        return read == 0
            ? throw new ExperimentException(FailureKind.Data, "None of the images looked at can be read; 'ssl data check' lists them.")
            : ((sum / read).to(float32).MoveToOuterDisposeScope(), colorful / (double)read);
    }

    /// <summary>Whether each image has a color at all.</summary>
    /// <param name="ab">a and b, [N, 2, h, w].</param>
    /// <returns>bool [N].</returns>
    public static Tensor IsColorful(Tensor ab) => ab.abs().amax([1, 2, 3]).gt(Gray);

    /// <summary>
    /// The weight of each class, 1 on average over all colors: the inverse of its share, part of which is taken for uniform. Classes of no
    /// color get the largest; the authors' code makes all weights NaN if there is one.
    /// </summary>
    /// <param name="shares">The share of each class, [K].</param>
    /// <param name="uniform">The part.</param>
    public static Tensor Weights(Tensor shares, double uniform)
    {
        using var scope = NewDisposeScope();
        var there = shares.gt(0).to(shares.dtype);
        var inverse = 1 / ((shares * (1 - uniform)) + (there / there.sum() * uniform)).clamp_min(1e-12);
        var weights = inverse / (shares * inverse).sum();
        return where(there.gt(0), weights, (weights * there).max()).MoveToOuterDisposeScope();
    }
}
