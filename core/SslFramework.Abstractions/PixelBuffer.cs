namespace SslFramework;

/// <summary>Memory that a data source decodes an image into. Each loader thread has one and reuses it.</summary>
public class PixelBuffer
{
    private byte[] pixels = [];

    /// <summary>The image last written.</summary>
    public ImagePixels Image => new(pixels, Height, Width, Channels);

    /// <summary>Rows.</summary>
    public int Height { get; private set; }

    /// <summary>Columns.</summary>
    public int Width { get; private set; }

    /// <summary>1 (gray) or 3 (red, green, blue).</summary>
    public int Channels { get; private set; }

    /// <summary>Bits of a channel of a pixel: 8, unless a subclass says otherwise.</summary>
    public virtual int BitsPerChannel => 8;

    /// <summary>
    /// The part of an image of this size that will be read: all of it, unless a subclass overrides this. A decoder may leave the other
    /// pixels as they are.
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
