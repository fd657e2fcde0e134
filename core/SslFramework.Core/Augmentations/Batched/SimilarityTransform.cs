namespace SslFramework.Core.Augmentations.Batched;

/// <summary>
/// Cuts a moved, scaled and rotated patch out of each image of a batch, by one bilinear sampling. Images are windows that are
/// larger than patches, so that no corner is black.
/// </summary>
public static class SimilarityTransform
{
    /// <summary>Side of the smallest window that holds every patch with all pixels that it is interpolated from.</summary>
    /// <param name="side">Side of a patch in pixels.</param>
    /// <param name="translation">Largest translation in each direction, in sides of the patch.</param>
    /// <param name="scale">Largest scale.</param>
    /// <param name="rotation">Largest rotation to either side, in degrees.</param>
    public static int SmallestWindow(int side, double translation, double scale, double rotation)
    {
        var angle = Math.Min(rotation, 45) * Math.PI / 180; // the diagonal sticks out farthest at 45°
        var reach = scale * (side - 1) / 2 * (Math.Cos(angle) + Math.Sin(angle));
        return (int)Math.Ceiling((2 * ((translation * side) + reach)) + 1);
    }

    /// <summary>Samples the patches.</summary>
    /// <param name="windows">[N, C, W, W].</param>
    /// <param name="side">Side of a patch in pixels, p.</param>
    /// <param name="movements">[N, 4]: translation down and to the right (sides of the patch), scale, angle (radians).</param>
    /// <returns>[N, C, p, p].</returns>
    public static Tensor Sample(Tensor windows, int side, Tensor movements)
    {
        using var scope = NewDisposeScope();
        var part = (double)side / windows.shape[3]; // part of the window that a patch shows at scale 1
        var m = movements.unbind(1);
        var (cosine, sine) = (m[3].cos() * m[2] * part, m[3].sin() * m[2] * part);
        var matrix = stack([cosine, -sine, m[1] * 2 * part, sine, cosine, m[0] * 2 * part], 1).view(-1, 2, 3);
        var places = nn.functional.affine_grid(matrix, [windows.shape[0], windows.shape[1], side, side], align_corners: false);
        return nn.functional.grid_sample(windows, places, align_corners: false).MoveToOuterDisposeScope();
    }
}
