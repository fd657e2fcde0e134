namespace SslFramework.Core.Augmentations.Batched;

/// <summary>Linear changes of color.</summary>
internal static class ColorMatrix
{
    /// <summary>Multiplies every color by a matrix: in products and sums, so that autocast does not shorten them.</summary>
    /// <param name="rgb">[N, 3, H, W].</param>
    /// <param name="matrix">Row by row, 3 × 3.</param>
    /// <returns>[N, 3, H, W].</returns>
    public static Tensor Apply(Tensor rgb, double[] matrix)
    {
        using var scope = NewDisposeScope();
        var rows = tensor(matrix, rgb.dtype, rgb.device).view(3, 1, 3, 1, 1);
        return cat([.. Enumerable.Range(0, 3).Select(i => (rgb * rows[i]).sum(1, keepdim: true))], 1).MoveToOuterDisposeScope();
    }
}
