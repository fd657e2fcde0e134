namespace SslFramework.Core.Augmentations.Batched;

/// <summary>Blurs all images of a batch alike, with a Gaussian.</summary>
public static class LowPass
{
    private const int Deviations = 3; // beyond them lies a 400th of the weight

    /// <summary>Blurs images; pixels at the edge are continued outwards.</summary>
    /// <param name="images">[N, C, H, W].</param>
    /// <param name="sigma">The standard deviation of the Gaussian in pixels, above 0.</param>
    /// <returns>[N, C, H, W].</returns>
    public static Tensor Apply(Tensor images, double sigma)
    {
        using var scope = NewDisposeScope();
        var radius = (int)Math.Ceiling(Deviations * sigma);
        var weights = arange(-radius, radius + 1, float64, images.device).div(sigma).square().div(-2).exp(); // [2r + 1]
        var kernel = (weights / weights.sum()).to(images.dtype);
        var planes = images.reshape(-1, 1, images.shape[2], images.shape[3]); // [N·C, 1, H, W]
        var padded = nn.functional.pad(planes, [radius, radius, radius, radius], PaddingModes.Replicate);
        var rows = nn.functional.conv2d(padded, kernel.view(1, 1, -1, 1));
        return nn.functional.conv2d(rows, kernel.view(1, 1, 1, -1)).view(images.shape).MoveToOuterDisposeScope();
    }
}
