using System.Runtime.InteropServices;

namespace SslFramework;

/// <summary>Memory that a data source decodes an image into. Each loader thread has one and reuses it.</summary>
public class PixelBuffer
{
    private byte[] pixels = [];

    /// <summary>The image last written.</summary>
    public ImagePixels Image => BitsPerChannel == 8
        ? new(pixels, Height, Width, Channels)
        : new(MemoryMarshal.Cast<byte, ushort>(pixels), Height, Width, Channels);

    /// <summary>Rows.</summary>
    public int Height { get; private set; }

    /// <summary>Columns.</summary>
    public int Width { get; private set; }

    /// <summary>1 (gray), 3 (red, green, blue) or any other number.</summary>
    public int Channels { get; private set; }

    /// <summary>Bits of a value of the image last written: 8 or 16.</summary>
    public int BitsPerChannel { get; private set; } = 8;

    /// <summary>How many times smaller than stored the image last written is; what makes it smaller sets it after <c>Resize</c>.</summary>
    public int Reduced { get; set; } = 1;

    /// <summary>
    /// The part of an image of this size that will be read: all of it, unless a subclass overrides this. A decoder may leave the other
    /// pixels as they are.
    /// </summary>
    public virtual PixelBox Needed(ImageSize size) => PixelBox.All(size);

    /// <summary>
    /// How many times smaller an image of this size may be decoded, both across and down: 1, unless a subclass overrides this. A decoder
    /// that can make it 2, 4 or 8 times smaller does so, and asks <see cref="Needed"/> for the part of the smaller image.
    /// </summary>
    public virtual int Reduction(ImageSize size) => 1;

    /// <summary>Makes room for an image of 8 bits and returns the pixels to write: row by row, the channels of a pixel together.</summary>
    public Span<byte> Resize(int height, int width, int channels) => Resize(height, width, channels, 8);

    /// <summary>Makes room for an image of 16 bits and returns the pixels to write; 65535 is white.</summary>
    public Span<ushort> ResizeDeep(int height, int width, int channels) =>
        MemoryMarshal.Cast<byte, ushort>(Resize(height, width, channels, 16));

    private Span<byte> Resize(int height, int width, int channels, int bits)
    {
        var length = checked(height * width * channels * (bits / 8));
        if (pixels.Length < length)
        {
            pixels = GC.AllocateUninitializedArray<byte>(length);
        }

        (Height, Width, Channels, BitsPerChannel, Reduced) = (height, width, channels, bits, 1);
        return pixels.AsSpan(0, length);
    }
}
