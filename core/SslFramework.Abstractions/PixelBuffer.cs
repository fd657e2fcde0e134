namespace SslFramework;

/// <summary>Where a data source decodes an image to. Each loader thread has one and uses it again.</summary>
public class PixelBuffer
{
    private byte[] pixels = [];

    /// <summary>The image last written.</summary>
    public ImagePixels Image => new(pixels, Height, Width, Channels);

    /// <summary>Rows.</summary>
    public int Height { get; private set; }

    /// <summary>Columns.</summary>
    public int Width { get; private set; }

    /// <summary>1 (grey) or 3 (red, green, blue).</summary>
    public int Channels { get; private set; }

    /// <summary>
    /// What will be read of an image of a size: all of it, unless a reader knows better. A decoder may leave the other pixels
    /// as they are.
    /// </summary>
    public virtual PixelBox Needed(ImageSize size) => PixelBox.All(size);

    /// <summary>Makes room for an image and returns the pixels to write: row by row, the channels of a pixel together.</summary>
    public Span<byte> Resize(int height, int width, int channels)
    {
        var length = checked(height * width * channels);
        if (pixels.Length < length)
        {
            pixels = GC.AllocateUninitializedArray<byte>(length);
        }

        (Height, Width, Channels) = (height, width, channels);
        return pixels.AsSpan(0, length);
    }
}
