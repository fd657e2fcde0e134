namespace SslFramework.Core.Objectives;

/// <summary>
/// Images as rows of patches. The order inside a patch is row, column, channel, as in the code of masked autoencoders,
/// https://arxiv.org/abs/2111.06377
/// </summary>
public static class Patches
{
    /// <summary>[N, C, R·p, S·p] → [N, R·S, p·p·C].</summary>
    public static Tensor Split(Tensor images, int side)
    {
        var (n, c, rows, columns) = (images.shape[0], images.shape[1], images.shape[2] / side, images.shape[3] / side);
        return images.reshape(n, c, rows, side, columns, side).permute(0, 2, 4, 3, 5, 1).reshape(n, rows * columns, side * side * c);
    }

    /// <summary>[N, R·S, p·p·C] → [N, C, R·p, S·p].</summary>
    public static Tensor Join(Tensor patches, int rows, int side)
    {
        var (n, columns, c) = (patches.shape[0], patches.shape[1] / rows, patches.shape[2] / (side * side));
        return patches.reshape(n, rows, columns, side, side, c).permute(0, 5, 1, 3, 2, 4).reshape(n, c, rows * side, columns * side);
    }
}
