using SslFramework.Core.Tensors;

namespace SslFramework.Core.Backbones.Transformers;

/// <summary>Learned positions of one grid of patches, interpolated for another.</summary>
internal static class GridPositions
{
    /// <summary>Interpolates positions bicubically, with gradient.</summary>
    /// <param name="positions">[1, R · C, D], row by row.</param>
    /// <param name="from">The grid that they are of: R and C.</param>
    /// <param name="to">The grid that they are wanted for: r and c.</param>
    /// <param name="offset">
    /// Added to r and c in the scale between the grids: DINO adds 0.1 so that rounding cannot lose a row, and thereby moves each sample.
    /// </param>
    /// <param name="antialias">Whether positions are smoothed for a smaller grid.</param>
    /// <returns>[1, r · c, D].</returns>
    public static Tensor Interpolate(Tensor positions, ImageSize from, ImageSize to, double offset, bool antialias)
    {
        using var scope = NewDisposeScope();
        using var float32Only = Autocast.Pause(positions.device_type);
        var maps = positions.transpose(1, 2).reshape(1, -1, from.Height, from.Width); // [1, D, R, C]
        double[] scale = [(to.Height + offset) / from.Height, (to.Width + offset) / from.Width];
        var resized = nn.functional.interpolate(
            maps,
            size: offset == 0 ? [to.Height, to.Width] : null,
            scale_factor: offset == 0 ? null : scale,
            mode: InterpolationMode.Bicubic,
            align_corners: false,
            antialias: antialias); // [1, D, r, c]
        return resized.flatten(2).transpose(1, 2).MoveToOuterDisposeScope();
    }
}
