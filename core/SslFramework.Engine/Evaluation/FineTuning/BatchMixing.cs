namespace SslFramework.Engine.Evaluation.FineTuning;

/// <summary>
/// Mixup (https://arxiv.org/abs/1710.09412) and CutMix (https://arxiv.org/abs/1905.04899): every image is mixed with the one
/// at the other end of the batch, all by the same share, and the targets with them. With both, each batch takes one, evenly.
/// </summary>
/// <param name="mixup">α of mixup; 0 does without.</param>
/// <param name="cutMix">α of CutMix; 0 does without.</param>
/// <param name="smoothing">ε of the targets.</param>
internal sealed class BatchMixing(double mixup, double cutMix, double smoothing)
{
    /// <summary>Mixes a batch.</summary>
    /// <param name="images">[N, C, H, W]; not changed.</param>
    /// <param name="labels">int64 [N].</param>
    /// <param name="classes">C.</param>
    /// <param name="random">The step's.</param>
    /// <returns>Images, and targets float32 [N, C] whose rows sum to 1.</returns>
    public (Tensor Images, Tensor Targets) Apply(Tensor images, Tensor labels, int classes, SampleRandom random)
    {
        using var scope = NewDisposeScope();
        var cuts = cutMix > 0 && (mixup == 0 || random.NextBool(0.5));
        var share = mixup == 0 && cutMix == 0 ? 1 : Beta(cuts ? cutMix : mixup, ref random);
        var mixed = cuts ? Cut(images, ref share, ref random)
            : share == 1 ? images.alias()
            : images.mul(share).add(images.flip(0), alpha: 1 - share);

        var targets = nn.functional.one_hot(labels, classes).to(float32).mul_(1 - smoothing).add_(smoothing / classes);
        return (mixed.MoveToOuterDisposeScope(), targets.mul(share).add(targets.flip(0), alpha: 1 - share).MoveToOuterDisposeScope());
    }

    /// <summary>Puts a rectangle of the other image in; the share is then what is left of the image.</summary>
    private static Tensor Cut(Tensor images, ref double share, ref SampleRandom random)
    {
        var (height, width) = ((int)images.shape[2], (int)images.shape[3]);
        var side = Math.Sqrt(1 - share);
        var (top, bottom) = Span(height, (int)(height * side), random.Next(height));
        var (left, right) = Span(width, (int)(width * side), random.Next(width));
        share = 1 - ((double)(bottom - top) * (right - left) / (height * width));
        var mixed = images.clone();
        if (bottom > top && right > left)
        {
            mixed[.., .., top..bottom, left..right] = images.flip(0)[.., .., top..bottom, left..right];
        }

        return mixed;
    }

    private static (int Begin, int End) Span(int length, int cut, int centre) =>
        (Math.Clamp(centre - (cut / 2), 0, length), Math.Clamp(centre + (cut / 2), 0, length));

    /// <summary>A number of Beta(α, α). Jöhnk 1964, https://doi.org/10.1007/BF02613706; quick for small α.</summary>
    private static double Beta(double alpha, ref SampleRandom random)
    {
        while (true)
        {
            var (x, y) = (Math.Pow(random.NextDouble(), 1 / alpha), Math.Pow(random.NextDouble(), 1 / alpha));
            if (x + y is > 0 and <= 1)
            {
                return x / (x + y);
            }
        }
    }
}
