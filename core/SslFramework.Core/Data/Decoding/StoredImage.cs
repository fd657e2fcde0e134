using System.Buffers;
using System.Runtime.InteropServices;

namespace SslFramework.Core.Data.Decoding;

/// <summary>
/// An image as its file holds it, row by row, the channels of a pixel together: before it gets the channels, depth and direction
/// that a source gives. Its memory is pooled.
/// </summary>
internal sealed class StoredImage : IDisposable
{
    private readonly byte[] memory;
    private readonly int length; // bytes

    private StoredImage(ImageSize size, int channels, int bits, byte[] memory, int length) =>
        (Size, Channels, Bits, this.memory, this.length) = (size, channels, bits, memory, length);

    /// <summary>Rows and columns, before it is turned upright.</summary>
    public ImageSize Size { get; }

    /// <summary>All channels, with that of alpha.</summary>
    public int Channels { get; }

    /// <summary>8 or 16 bits of a value.</summary>
    public int Bits { get; }

    /// <summary>Whether the last channel is alpha.</summary>
    public bool HasAlpha { get; init; }

    /// <summary>The orientation as EXIF numbers it, 1 to 8.</summary>
    public int Orientation { get; init; } = ExifOrientation.Upright;

    /// <summary>Its memory, whatever the depth.</summary>
    public Span<byte> Bytes => memory.AsSpan(0, length);

    /// <summary>The values of an image of 8 bits.</summary>
    public Span<byte> Levels => Bits == 8 ? Bytes : throw new InvalidOperationException("These values have 16 bits.");

    /// <summary>The values of an image of 16 bits.</summary>
    public Span<ushort> Values =>
        Bits == 16 ? MemoryMarshal.Cast<byte, ushort>(Bytes) : throw new InvalidOperationException("These values have 8 bits.");

    /// <summary>Makes room for an image; its values are undefined.</summary>
    /// <exception cref="ExperimentException">It has more pixels or values than are allowed.</exception>
    public static StoredImage Rent(
        ImageSize size, int channels, int bits, DecodeLimit limit, bool hasAlpha = false, int orientation = ExifOrientation.Upright)
    {
        limit.Check(size.Width, size.Height, channels * bits / 8);
        var length = size.Height * size.Width * channels * bits / 8;
        return new StoredImage(size, channels, bits, ArrayPool<byte>.Shared.Rent(length), length)
        {
            HasAlpha = hasAlpha,
            Orientation = orientation,
        };
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(memory);
}
