namespace SslFramework.Core.Augmentations.Batched;

/// <summary>Mean and principal axes of the colors of all pixels, and changes of color along them.</summary>
public static class ColorAxes
{
    private const int MostImages = 2000; // of some thousand pixels each; the axes are stable long before that

    /// <summary>Reads evenly spaced images of a source, once, and computes their axes.</summary>
    /// <returns>float32 mean [C] in [0, 1], and axes [C, C], one of length 1 per column, the strongest first.</returns>
    /// <exception cref="ExperimentException">An image cannot be read.</exception>
    public static (Tensor Mean, Tensor Axes) Of(IDataSource source)
    {
        using var scope = NewDisposeScope();
        var channels = source.Channels;
        var (sum, products, count) = (new double[channels], new double[channels * channels], 0L);
        var buffer = new PixelBuffer();
        var images = Math.Min(source.Count, MostImages);
        for (var i = 0; i < images; i++)
        {
            source.Read((int)((long)i * source.Count / images), buffer);
            var pixels = buffer.Image.Pixels; // refuses those of 16 bits
            count += pixels.Length / channels;
            for (var start = 0; start < pixels.Length; start += channels)
            {
                for (var c = 0; c < channels; c++)
                {
                    sum[c] += pixels[start + c];
                    for (var d = 0; d < channels; d++)
                    {
                        products[(c * channels) + d] += pixels[start + c] * pixels[start + d];
                    }
                }
            }
        }

        var mean = tensor(sum) / count; // [C], on a scale of 255
        var covariance = (tensor(products, [channels, channels]) / count) - mean.outer(mean);
        var (_, axes) = linalg.eigh(covariance); // the weakest first
        return ((mean / 255).to(float32).MoveToOuterDisposeScope(), axes.flip(1).to(float32).MoveToOuterDisposeScope());
    }

    /// <summary>Stretches the colors of each image along the axes, about the mean.</summary>
    /// <param name="images">[N, C, H, W] in [0, 1].</param>
    /// <param name="factors">One factor per axis, [N, C].</param>
    /// <param name="mean">The mean color, [C].</param>
    /// <param name="axes">One axis per column, [C, C].</param>
    /// <returns>[N, C, H, W], not clipped.</returns>
    public static Tensor Stretch(Tensor images, Tensor factors, Tensor mean, Tensor axes)
    {
        using var scope = NewDisposeScope();
        var (center, a) = (mean.to(images.dtype).view(1, -1, 1, 1), axes.to(images.dtype));
        var matrix = einsum("ij,nj,kj->nik", a, factors, a); // [N, C, C]
        return (einsum("nik,nkhw->nihw", matrix, images - center) + center).MoveToOuterDisposeScope();
    }
}
