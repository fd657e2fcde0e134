using System.Runtime.InteropServices;

namespace SslFramework;

/// <summary>A decoded image in memory that belongs to someone else: of 8 bits per value, or of 16.</summary>
public readonly ref struct ImagePixels
{
    private readonly ReadOnlySpan<byte> bytes;

    /// <summary>An image of 8 bits.</summary>
    /// <param name="pixels">uint8, row by row, the channels of a pixel together.</param>
    /// <param name="height">Number of rows.</param>
    /// <param name="width">Number of columns.</param>
    /// <param name="channels">1 (gray), 3 (red, green, blue) or any other number.</param>
    public ImagePixels(ReadOnlySpan<byte> pixels, int height, int width, int channels)
        : this(pixels[..(height * width * channels)], height, width, channels, 8)
    {
    }

    /// <summary>An image of 16 bits.</summary>
    /// <param name="pixels">uint16, row by row, the channels of a pixel together; 65535 is white.</param>
    /// <param name="height">Number of rows.</param>
    /// <param name="width">Number of columns.</param>
    /// <param name="channels">1 (gray), 3 (red, green, blue) or any other number.</param>
    public ImagePixels(ReadOnlySpan<ushort> pixels, int height, int width, int channels)
        : this(MemoryMarshal.AsBytes(pixels[..(height * width * channels)]), height, width, channels, 16)
    {
    }

    private ImagePixels(ReadOnlySpan<byte> bytes, int height, int width, int channels, int bits)
    {
        this.bytes = bytes;
        (Height, Width, Channels, BitsPerChannel) = (height, width, channels, bits);
    }

    /// <summary>uint8, row by row, the channels of a pixel together.</summary>
    /// <exception cref="ExperimentException">The image has 16 bits.</exception>
    public ReadOnlySpan<byte> Pixels => BitsPerChannel == 8 ? bytes : throw new ExperimentException(
        FailureKind.Config,
        "The images have 16 bits, and what reads them here knows 8 alone; set \"depth\" of \"data\" to 8.");

    /// <summary>uint16, row by row, the channels of a pixel together; 65535 is white.</summary>
    /// <exception cref="InvalidOperationException">The image has 8 bits.</exception>
    public ReadOnlySpan<ushort> DeepPixels => BitsPerChannel == 16 ? MemoryMarshal.Cast<byte, ushort>(bytes)
        : throw new InvalidOperationException("The image has 8 bits; read Pixels.");

    /// <summary>The memory of the pixels, whatever their depth: to compare images, to hash them or to copy them.</summary>
    public ReadOnlySpan<byte> Bytes => bytes;

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>1 (gray), 3 (red, green, blue) or any other number.</summary>
    public int Channels { get; }

    /// <summary>Bits of a value: 8 or 16.</summary>
    public int BitsPerChannel { get; }

    /// <summary>The value that counts as 1: 255 or 65535.</summary>
    public int White => (1 << BitsPerChannel) - 1;
}
