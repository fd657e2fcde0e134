namespace SslFramework.Core.Augmentations.Batched;

/// <summary>Shrinks some images of a batch and enlarges them again, so that sharpness gives nothing away.</summary>
/// <remarks>
/// Resizing is linear: matrix s − smallest shrinks a line of pixels to s pixels and stretches it back, so that a batch
/// with all kinds of sizes takes two products. The last matrix is the identity.
/// </remarks>
public static class Resampling
{
    /// <summary>The matrices for every size from <paramref name="smallest"/> to <paramref name="side"/>.</summary>
    /// <returns>float32 [side − smallest + 1, side, side].</returns>
    public static Tensor Matrices(int side, int smallest)
    {
        using var scope = NewDisposeScope();
        var identity = eye(side).view(1, 1, side, side); // every column is a line of pixels
        var sizes = Enumerable.Range(smallest, side - smallest);
        return cat([.. sizes.Select(size => Resize(Resize(identity, size, side, antialias: true), side, side, antialias: false)), identity])
            .squeeze(1).MoveToOuterDisposeScope();
    }

    /// <summary>Draws a matrix for each image. The area is uniform, so that small sizes are rarer.</summary>
    /// <param name="matrices">The matrices from <see cref="Matrices"/>.</param>
    /// <param name="probability">How often an image is resampled at all.</param>
    /// <param name="batch">Names the samples.</param>
    /// <param name="images">Number of images per sample, such as patches cut from it.</param>
    /// <param name="random">The step's randomness.</param>
    /// <param name="stream">The stream of randomness to draw from.</param>
    /// <returns>The number of the drawn matrix per image, int64 [N · images].</returns>
    public static Tensor Draw(Tensor matrices, double probability, ViewBatch batch, int images, StepRandom random, int stream = 0)
    {
        var side = (int)matrices.shape[1];
        var smallest = side - (int)matrices.shape[0] + 1;
        var (low, high) = (Math.Pow(smallest, 2), Math.Pow(side - 1, 2));
        var chosen = new long[batch.Count * images];
        for (var sample = 0; sample < batch.Count; sample++)
        {
            var draw = random.ForSample(batch.Indices[sample], stream);
            foreach (ref var choice in chosen.AsSpan(sample * images, images))
            {
                var resampled = draw.NextBool(probability);
                var size = (int)Math.Round(Math.Sqrt(draw.NextDouble(low, high)));
                choice = (resampled ? size : side) - smallest;
            }
        }

        return tensor(chosen, device: matrices.device);
    }

    /// <summary>Resamples every image by its matrix.</summary>
    /// <param name="images">[N, C, side, side].</param>
    /// <param name="matrices">The matrices from <see cref="Matrices"/>.</param>
    /// <param name="chosen">The choice from <see cref="Draw"/>, int64 [N].</param>
    /// <returns>[N, C, side, side].</returns>
    public static Tensor Apply(Tensor images, Tensor matrices, Tensor chosen)
    {
        using var scope = NewDisposeScope();
        var matrix = matrices.to(images.dtype).index_select(0, chosen); // [N, side, side]
        var lines = einsum("nij,ncjk->ncik", matrix, images);
        return einsum("nlk,ncik->ncil", matrix, lines).MoveToOuterDisposeScope();
    }

    private static Tensor Resize(Tensor lines, long height, long width, bool antialias) => nn.functional.interpolate(
        lines, [height, width], mode: InterpolationMode.Bilinear, align_corners: false, antialias: antialias);
}
