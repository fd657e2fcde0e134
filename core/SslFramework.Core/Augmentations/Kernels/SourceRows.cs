namespace SslFramework.Core.Augmentations.Kernels;

/// <summary>A rectangle of an image that is read sixteen rows at a time.</summary>
internal interface ISourceRows
{
    /// <summary>Interleaves a range of columns: [(to − from) · C, 16]. Rows beyond the last one repeat it.</summary>
    void Load(int row, int from, int to, Span<float> window);
}

/// <summary>Reads a decoded image; the numbers are its levels, 0 to 255.</summary>
internal readonly ref struct LevelRows(ImagePixels image, PixelBox box) : ISourceRows
{
    private readonly ImagePixels image = image;

    public void Load(int row, int from, int to, Span<float> window)
    {
        var channels = image.Channels;
        var stride = image.Width * channels;
        var length = (to - from) * channels;
        var rows = image.Pixels[(((box.Top + row) * stride) + ((box.Left + from) * channels))..];
        InterleavedLines.FromLevels(rows, stride, box.Height - row, length, window);
    }
}

/// <summary>Reads a decoded image of 16 bits; the numbers are its values, 0 to 65535.</summary>
internal readonly ref struct DeepRows(ImagePixels image, PixelBox box) : ISourceRows
{
    private readonly ImagePixels image = image;

    public void Load(int row, int from, int to, Span<float> window)
    {
        var channels = image.Channels;
        var (stride, length, last) = (image.Width * channels, (to - from) * channels, box.Height - row - 1);
        var rows = image.DeepPixels[(((box.Top + row) * stride) + ((box.Left + from) * channels))..];
        for (var line = 0; line < InterleavedLines.Count; line++)
        {
            var values = rows.Slice(Math.Min(line, last) * stride, length);
            for (var i = 0; i < values.Length; i++)
            {
                window[(i * InterleavedLines.Count) + line] = values[i];
            }
        }
    }
}

/// <summary>Reads an image of float32 [C, H, W].</summary>
internal readonly ref struct NumberRows(ReadOnlySpan<float> image, ImageSize size, PixelBox box) : ISourceRows
{
    private readonly ReadOnlySpan<float> image = image;

    public void Load(int row, int from, int to, Span<float> window)
    {
        var area = size.Height * size.Width;
        var channels = image.Length / area;
        for (var channel = 0; channel < channels; channel++)
        {
            var rows = image[((channel * area) + ((box.Top + row) * size.Width) + box.Left + from)..];
            InterleavedLines.FromRows(
                rows,
                size.Width,
                box.Height - row,
                to - from,
                window[(channel * InterleavedLines.Count)..],
                channels * InterleavedLines.Count);
        }
    }
}
