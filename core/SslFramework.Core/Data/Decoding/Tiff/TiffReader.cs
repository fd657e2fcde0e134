using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace SslFramework.Core.Data.Decoding.Tiff;

/// <summary>
/// Reads the first image of a TIFF: 1 to 32 channels of 8 or 16 bits, in strips or tiles, together or each channel by itself.
/// https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/tiff6.pdf
/// </summary>
internal static class TiffReader
{
    private const int Alpha = 2;

    /// <summary>Reads an image.</summary>
    /// <exception cref="ExperimentException">It is too large, truncated, damaged, or of a kind that is not read.</exception>
    public static StoredImage Read(ReadOnlySpan<byte> file, DecodeLimit limit)
    {
        var layout = TiffLayout.Read(file, limit);
        var ratio = TiffPart.MostRatio(layout.Compression);
        limit.CheckRatio((long)layout.Size.Height * layout.Size.Width * layout.Channels * layout.Bits / 8, file.Length, ratio);
        var hasAlpha = layout.Channels is 2 or >= 4 && layout.ExtraChannel == Alpha;
        var image = StoredImage.Rent(layout.Size, layout.Channels, layout.Bits, limit, hasAlpha, layout.Orientation);
        try
        {
            for (var i = 0; i < layout.Across * layout.Down * (layout.IsPlanar ? layout.Channels : 1); i++)
            {
                ReadPart(file, layout, i, image, limit);
            }

            if (layout.Photometric == 0)
            {
                Invert(image.Bytes);
            }

            return image;
        }
        catch
        {
            image.Dispose();
            throw;
        }
    }

    private static void ReadPart(ReadOnlySpan<byte> file, TiffLayout layout, int number, StoredImage image, DecodeLimit limit)
    {
        var (plane, place) = Math.DivRem(number, layout.Across * layout.Down);
        var (row, column) = Math.DivRem(place, layout.Across);
        var (top, left) = (row * layout.Part.Height, column * layout.Part.Width);
        var size =
            new ImageSize(Math.Min(layout.Part.Height, layout.Size.Height - top), Math.Min(layout.Part.Width, layout.Size.Width - left));
        var stored = file.Slice((int)layout.Offsets[number], (int)layout.Lengths[number]);
        var pitch = layout.Part.Width * layout.PartChannels * layout.Bits / 8;
        var length = (layout.IsTiled ? layout.Part.Height : size.Height) * pitch;
        limit.CheckRatio(length, stored.Length, TiffPart.MostRatio(layout.Compression));
        var memory = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var part = memory.AsSpan(0, length);
            if (!TiffPart.Unpack(layout.Compression, stored, part))
            {
                throw ImageDecoder.Bad(limit.Name, "it is truncated or damaged (a part of it ends early)");
            }

            if (layout.Bits == 8)
            {
                Place<byte>(part, layout, size, plane, top, left, image.Levels, image.Size.Width);
                return;
            }

            var values = MemoryMarshal.Cast<byte, ushort>(part);
            if (layout.IsLittleEndian != BitConverter.IsLittleEndian)
            {
                BinaryPrimitives.ReverseEndianness(values, values);
            }

            Place(values, layout, size, plane, top, left, image.Values, image.Size.Width);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(memory);
        }
    }

    private static void Place<T>(
        Span<T> part, TiffLayout layout, ImageSize size, int plane, int top, int left, Span<T> image, int width)
        where T : struct, INumber<T>
    {
        var (channels, own) = (layout.Channels, layout.PartChannels);
        for (var y = 0; y < size.Height; y++)
        {
            var row = part.Slice(y * layout.Part.Width * own, size.Width * own);
            for (var i = own; layout.HasPredictor && i < row.Length; i++)
            {
                row[i] = unchecked(row[i] + row[i - own]);
            }

            var target = image[((((top + y) * width) + left) * channels)..];
            if (own == channels)
            {
                row.CopyTo(target);
                continue;
            }

            for (var x = 0; x < row.Length; x++)
            {
                target[(x * channels) + plane] = row[x];
            }
        }
    }

    private static void Invert(Span<byte> bytes)
    {
        foreach (ref var b in bytes)
        {
            b = (byte)~b;
        }
    }
}
