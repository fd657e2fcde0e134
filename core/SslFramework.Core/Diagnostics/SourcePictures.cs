namespace SslFramework.Core.Diagnostics;

/// <summary>Images of a data source as pictures of one size, for figures that show images which are not in the batch.</summary>
public static class SourcePictures
{
    private const int White = 255;

    /// <summary>Reads images, and scales the middle of each to the size of the pictures. One that cannot be read is white.</summary>
    /// <param name="source">Where the images are.</param>
    /// <param name="images">Their numbers.</param>
    /// <param name="height">Rows of a picture.</param>
    /// <param name="width">Columns of a picture.</param>
    /// <returns>uint8 [images, C, height, width] on the CPU.</returns>
    public static Tensor Of(IDataSource source, IEnumerable<long> images, long height, long width)
    {
        using var scope = NewDisposeScope();
        var buffer = new PixelBuffer();
        return stack([.. images.Select(image => Picture(source, image, buffer, height, width))]).MoveToOuterDisposeScope();
    }

    private static Tensor Picture(IDataSource source, long image, PixelBuffer buffer, long height, long width)
    {
        try
        {
            source.Read((int)image, buffer);
        }
        catch (ExperimentException e) when (e.Kind == FailureKind.Data)
        {
            return full([source.Channels, height, width], White, uint8, CPU);
        }

        var (h, w) = (buffer.Height, buffer.Width);
        var (rows, columns) = (Math.Max(1, Math.Min(h, w * height / width)), Math.Max(1, Math.Min(w, h * width / height)));
        var pixels = tensor(buffer.Image.Pixels.ToArray(), [1, h, w, buffer.Channels], device: CPU).permute(0, 3, 1, 2).to(float32);
        var middle = pixels.narrow(2, (h - rows) / 2, rows).narrow(3, (w - columns) / 2, columns);
        var scaled = nn.functional.interpolate(
            middle, [height, width], mode: InterpolationMode.Bilinear, align_corners: false, antialias: true);
        return scaled[0].round().clamp(0, White).to(uint8);
    }
}
