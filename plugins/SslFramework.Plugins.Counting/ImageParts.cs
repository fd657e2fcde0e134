namespace SslFramework.Plugins.Counting;

/// <summary>The parts of images that are counted: the whole, made half as large, and its four quarters, which are as large.</summary>
internal static class ImageParts
{
    /// <summary>Makes the parts of each view.</summary>
    /// <returns>[5, N, C, H / 2, W / 2]: whole, upper left, upper right, lower left, lower right.</returns>
    public static Tensor Of(ViewBatch batch, StepRandom random)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        var images = batch.Single(); // [N, C, H, W]
        var (h, w) = (images.shape[2] / 2, images.shape[3] / 2); // an odd last row or column belongs to no part
        var quarters =
            from top in new[] { 0, h }
            from left in new[] { 0, w }
            select images.narrow(2, top, h).narrow(3, left, w);
        var even = images.narrow(2, 0, 2 * h).narrow(3, 0, 2 * w);
        return stack([Halved(even, random.Integers(batch, 1, 3)), .. quarters]).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Halves each image by one of three filters, so that none leaves a trace that tells a halved image from a quarter: the mean of four
    /// pixels, a triangle, a cubic. Picking every second pixel is not among them, because aliasing gives it away.
    /// </summary>
    private static Tensor Halved(Tensor images, Tensor filter)
    {
        long[] size = [images.shape[2] / 2, images.shape[3] / 2];
        var which = filter.view(-1, 1, 1, 1);
        var triangle = nn.functional.interpolate(images, size, mode: InterpolationMode.Bilinear, align_corners: false, antialias: true);
        var cubic = nn.functional.interpolate(images, size, mode: InterpolationMode.Bicubic, align_corners: false, antialias: true);
        return where(which.eq(0), nn.functional.avg_pool2d(images, 2), where(which.eq(1), triangle, cubic));
    }
}
