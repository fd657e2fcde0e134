namespace SslFramework.Core.Augmentations.Batched;

/// <summary>
/// Lightness and two color axes, CIE L*a*b* of sRGB under daylight (D65): equal distances look about equally different. The constants are
/// scikit-image's, https://doi.org/10.7717/peerj.453
/// </summary>
public static class Lab
{
    private static readonly double[] ToXyz = // of the white point
    [
        0.412453 / 0.95047, 0.357580 / 0.95047, 0.180423 / 0.95047,
        0.212671, 0.715160, 0.072169,
        0.019334 / 1.08883, 0.119193 / 1.08883, 0.950227 / 1.08883,
    ];

    /// <summary>Converts red, green and blue.</summary>
    /// <param name="rgb">[N, 3, H, W] in [0, 1], at least float32.</param>
    /// <returns>[N, 3, H, W]: L from 0 to 100, a from −86.2 to 98.2, b from −107.9 to 94.5; a and b of a gray are almost 0.</returns>
    public static Tensor FromRgb(Tensor rgb)
    {
        using var scope = NewDisposeScope();
        var linear = where(rgb.gt(0.04045), rgb.add(0.055).div(1.055).clamp_min(0).pow(2.4), rgb / 12.92);
        var xyz = ColorMatrix.Apply(linear, ToXyz);
        var f = where(xyz.gt(0.008856), xyz.clamp_min(0).pow(1.0 / 3), (xyz * 7.787) + (16.0 / 116)).split(1, 1); // 3 · [N, 1, H, W]
        return cat([(f[1] * 116) - 16, (f[0] - f[1]) * 500, (f[1] - f[2]) * 200], 1).MoveToOuterDisposeScope();
    }

    /// <summary>Converts back; what a screen cannot show is cut off.</summary>
    /// <param name="lab">L, a and b, [N, 3, H, W], at least float32.</param>
    /// <returns>[N, 3, H, W] in [0, 1].</returns>
    public static Tensor ToRgb(Tensor lab)
    {
        using var scope = NewDisposeScope();
        var y = (lab.narrow(1, 0, 1) + 16) / 116;
        var f = cat([y + (lab.narrow(1, 1, 1) / 500), y, y - (lab.narrow(1, 2, 1) / 200)], 1);
        var xyz = where(f.gt(0.2068966), f.pow(3), (f - (16.0 / 116)) / 7.787); // of the white point
        var toRgb = linalg.inv(tensor(ToXyz, [3, 3], float64, CPU)).data<double>().ToArray();
        var linear = ColorMatrix.Apply(xyz, toRgb).clamp(0, 1);
        return where(linear.gt(0.0031308), (linear.pow(1 / 2.4) * 1.055) - 0.055, linear * 12.92).MoveToOuterDisposeScope();
    }
}
