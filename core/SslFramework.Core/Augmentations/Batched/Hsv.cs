namespace SslFramework.Core.Augmentations.Batched;

/// <summary>Hue, saturation and value of colors. Smith 1978, https://doi.org/10.1145/800248.807361</summary>
public static class Hsv
{
    /// <summary>Converts red, green and blue.</summary>
    /// <param name="rgb">[N, 3, H, W] in [0, 1].</param>
    /// <returns>[N, 1, H, W] each: hue in turns, [0, 1), 0 for gray; saturation and value in [0, 1].</returns>
    public static (Tensor Hue, Tensor Saturation, Tensor Value) FromRgb(Tensor rgb)
    {
        var value = rgb.amax([1], keepdim: true);
        var chroma = value - rgb.amin([1], keepdim: true);
        var c = rgb.split(1, 1); // red, green, blue
        var safe = chroma.clamp_min(1e-12);
        var sixths = where(
            value.eq(c[0]),
            ((c[1] - c[2]) / safe).remainder(6),
            where(value.eq(c[1]), ((c[2] - c[0]) / safe) + 2, ((c[0] - c[1]) / safe) + 4));
        return (sixths / 6, chroma / value.clamp_min(1e-12), value);
    }

    /// <summary>Converts back to red, green and blue.</summary>
    /// <param name="hue">[N, 1, H, W] in turns, any number.</param>
    /// <param name="saturation">[N, 1, H, W] in [0, 1].</param>
    /// <param name="value">[N, 1, H, W] in [0, 1].</param>
    /// <returns>[N, 3, H, W] in [0, 1].</returns>
    public static Tensor ToRgb(Tensor hue, Tensor saturation, Tensor value)
    {
        var start = tensor([5.0, 3, 1], hue.dtype, hue.device).view(1, 3, 1, 1);
        var k = ((hue * 6) + start).remainder(6); // [N, 3, H, W]
        return value - (value * saturation * minimum(k, 4 - k).clamp(0, 1));
    }
}
