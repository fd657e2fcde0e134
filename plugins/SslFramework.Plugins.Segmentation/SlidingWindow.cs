namespace SslFramework.Plugins.Segmentation;

/// <summary>Scores of large images from those of windows, averaged where windows overlap.</summary>
internal static class SlidingWindow
{
    /// <summary>Scores of every pixel.</summary>
    /// <param name="images">[N, C, H, W].</param>
    /// <param name="counts">
    /// bool [N, H, W]: which pixels count. A window in which none does is left out, where scores are 0.
    /// </param>
    /// <param name="side">Side of a window; null takes images whole.</param>
    /// <param name="step">Pixels from one window to the next, at most a side.</param>
    /// <param name="scores">Scores of images: [n, C, h, w] → [n, classes, h, w].</param>
    /// <returns>[N, classes, H, W].</returns>
    public static Tensor Scores(Tensor images, Tensor counts, int? side, int step, Func<Tensor, Tensor> scores)
    {
        var (height, width) = (images.shape[2], images.shape[3]);
        if (side is null || (side >= height && side >= width))
        {
            return scores(images);
        }

        using var scope = NewDisposeScope();
        Tensor? sum = null;
        var times = zeros([1, 1, height, width], device: images.device);
        var (rows, columns) = (Math.Min(side.Value, height), Math.Min(side.Value, width));
        foreach (var top in Begins(height, rows, step))
        {
            foreach (var left in Begins(width, columns, step))
            {
                if (!Part(counts, 1, top, left).any().ToBoolean())
                {
                    continue;
                }

                using var window = NewDisposeScope();
                var own = scores(Part(images, 2, top, left)); // [N, classes, rows, columns]
                sum ??= zeros([own.shape[0], own.shape[1], height, width], device: own.device).MoveToOuterDisposeScope();
                Part(sum, 2, top, left).add_(own);
                Part(times, 2, top, left).add_(1);
            }
        }

        sum ??= zeros([images.shape[0], 1, height, width], device: images.device);
        return sum.div_(times.clamp_min_(1)).MoveToOuterDisposeScope();

        Tensor Part(Tensor all, int dimension, long top, long left) =>
            all.narrow(dimension, top, rows).narrow(dimension + 1, left, columns);
    }

    /// <summary>Where windows begin: the last one ends with the image.</summary>
    private static IEnumerable<long> Begins(long length, long window, int step)
    {
        for (long begin = 0; ; begin += step)
        {
            if (begin + window >= length)
            {
                yield return length - window;
                yield break;
            }

            yield return begin;
        }
    }
}
