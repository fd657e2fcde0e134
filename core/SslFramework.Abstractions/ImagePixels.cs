namespace SslFramework;

/// <summary>A decoded image in memory that belongs to someone else.</summary>
/// <param name="pixels">uint8, row by row, the channels of a pixel together.</param>
/// <param name="height">Number of rows.</param>
/// <param name="width">Number of columns.</param>
/// <param name="channels">1 (gray) or 3 (red, green, blue).</param>
public readonly ref struct ImagePixels(ReadOnlySpan<byte> pixels, int height, int width, int channels)
{
    /// <summary>uint8, row by row, the channels of a pixel together.</summary>
    public ReadOnlySpan<byte> Pixels { get; } = pixels[..(height * width * channels)];

    /// <summary>Rows.</summary>
    public int Height { get; } = height;

    /// <summary>Columns.</summary>
    public int Width { get; } = width;

    /// <summary>1 (gray) or 3 (red, green, blue).</summary>
    public int Channels { get; } = channels;
}
