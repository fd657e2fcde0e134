namespace SslFramework.Core.Augmentations.Batched;

/// <summary>Luma and two color differences as television has them, ITU-R BT.601, https://www.itu.int/rec/R-REC-BT.601</summary>
public static class Ycbcr
{
    private static readonly double[] FromRgbMatrix =
    [
        65.481, 128.553, 24.966,
        -37.797, -74.203, 112,
        112, -93.786, -18.214,
    ];

    /// <summary>Converts red, green and blue.</summary>
    /// <param name="rgb">[N, 3, H, W] in [0, 1], at least float32.</param>
    /// <returns>[N, 3, H, W]: Y from 16 to 235, Cb and Cr from 16 to 240; Cb and Cr of a gray are 128.</returns>
    public static Tensor FromRgb(Tensor rgb)
    {
        using var scope = NewDisposeScope();
        var shift = tensor(new double[] { 16, 128, 128 }, rgb.dtype, rgb.device).view(1, 3, 1, 1);
        return ColorMatrix.Apply(rgb, FromRgbMatrix).add(shift).MoveToOuterDisposeScope();
    }
}
