namespace SslFramework.Core.Diagnostics;

/// <summary>
/// Maps of classes as pictures, in the colors of PASCAL VOC: class 0 is black, and pixels that count nowhere are pale
/// (Everingham et al. 2010, https://doi.org/10.1007/s11263-009-0275-4).
/// </summary>
public static class MapPictures
{
    private const int Classes = 256;
    private const int Bits = 8;

    /// <summary>Colors each pixel by its class.</summary>
    /// <param name="maps">Integers 0 to 255, [N, H, W], on any device.</param>
    /// <returns>uint8 [N, 3, H, W] on the CPU.</returns>
    public static Tensor Of(Tensor maps)
    {
        using var scope = NewDisposeScope();
        var palette = tensor([.. Enumerable.Range(0, Classes).SelectMany(ColorOf)], [Classes, 3], device: CPU);
        var shape = maps.shape;
        return palette.index_select(0, maps.cpu().to(int64).flatten()).view(shape[0], shape[1], shape[2], 3)
            .permute(0, 3, 1, 2).contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>Red, green and blue take turns at the bits of a number, the lowest of which are the brightest.</summary>
    /// <param name="number">The class, 0 to 255.</param>
    public static IReadOnlyList<byte> ColorOf(int number)
    {
        var color = new byte[3];
        for (var bit = 0; bit < Bits; bit++)
        {
            color[bit % 3] |= (byte)(((number >> bit) & 1) << (Bits - 1 - (bit / 3)));
        }

        return color;
    }
}
