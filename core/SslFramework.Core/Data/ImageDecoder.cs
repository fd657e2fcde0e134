using System.Buffers;
using SkiaSharp;

namespace SslFramework.Core.Data;

/// <summary>
/// Decodes JPEG, PNG, WebP, BMP and GIF (its first frame), told apart by content. The EXIF orientation is applied,
/// transparent pixels lie on mid-grey (128), colour profiles are ignored as Pillow ignores them.
/// </summary>
public static class ImageDecoder
{
    /// <summary>Larger images are refused from their header, before memory is taken.</summary>
    public const int MaximumPixels = 50_000_000;

    private const int Background = 128;

    /// <summary>Decodes one image.</summary>
    /// <param name="encoded">The file's bytes.</param>
    /// <param name="channels">1 (grey, ITU-R 601) or 3 (red, green, blue).</param>
    /// <param name="name">The file, for messages.</param>
    /// <param name="destination">Where the pixels go.</param>
    /// <exception cref="ExperimentException">It is no image, too large, truncated or damaged.</exception>
    public static unsafe void Decode(ReadOnlySpan<byte> encoded, int channels, string name, PixelBuffer destination)
    {
        fixed (byte* start = encoded)
        {
            using var data = SKData.Create((IntPtr)start, encoded.Length);
            using var codec = SKCodec.Create(data) ?? throw Bad(
                name, "it is not a JPEG, PNG, WebP, BMP or GIF, or its header is damaged");
            var (width, height) = (codec.Info.Width, codec.Info.Height);
            if ((long)width * height > MaximumPixels)
            {
                throw Bad(name, $"its {width} × {height} pixels are more than the {MaximumPixels / 1_000_000} million allowed");
            }

            var opaque = codec.Info.AlphaType == SKAlphaType.Opaque;
            var format = new SKImageInfo(width, height, SKColorType.Rgba8888, opaque ? SKAlphaType.Opaque : SKAlphaType.Unpremul);
            var pixels = ArrayPool<byte>.Shared.Rent(format.BytesSize);
            try
            {
                fixed (byte* first = pixels)
                {
                    var result = codec.GetPixels(format, (IntPtr)first);
                    if (result != SKCodecResult.Success)
                    {
                        throw Bad(name, result == SKCodecResult.IncompleteInput ? "it is truncated" : $"it is damaged ({result})");
                    }
                }

                if (!opaque)
                {
                    LayOnGrey(pixels.AsSpan(0, format.BytesSize));
                }

                Write(pixels, width, height, codec.EncodedOrigin, channels, destination);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(pixels);
            }
        }
    }

    private static void LayOnGrey(Span<byte> rgba)
    {
        for (var i = 0; i < rgba.Length; i += 4)
        {
            int alpha = rgba[i + 3];
            for (var c = i; c < i + 3; c++)
            {
                rgba[c] = (byte)(((rgba[c] * alpha) + (Background * (255 - alpha)) + 127) / 255);
            }
        }
    }

    // Walks the decoded pixels in the order in which the upright image has them.
    private static void Write(
        ReadOnlySpan<byte> rgba, int width, int height, SKEncodedOrigin origin, int channels, PixelBuffer destination)
    {
        var last = (width * height) - 1;
        var (start, down, right) = origin switch
        {
            SKEncodedOrigin.TopRight => (width - 1, width, -1),
            SKEncodedOrigin.BottomRight => (last, -width, -1),
            SKEncodedOrigin.BottomLeft => (last - width + 1, -width, 1),
            SKEncodedOrigin.LeftTop => (0, 1, width),
            SKEncodedOrigin.RightTop => (last - width + 1, 1, -width),
            SKEncodedOrigin.RightBottom => (last, -1, -width),
            SKEncodedOrigin.LeftBottom => (width - 1, -1, width),
            _ => (0, width, 1),
        };
        var (rows, columns) = Math.Abs(down) == width && Math.Abs(right) == 1 ? (height, width) : (width, height);
        var target = destination.Resize(rows, columns, channels);
        var at = 0;
        for (var y = 0; y < rows; y++)
        {
            for (var x = 0; x < columns; x++)
            {
                var pixel = rgba.Slice((start + (y * down) + (x * right)) * 4, 3);
                if (channels == 3)
                {
                    pixel.CopyTo(target[at..]);
                }
                else
                {
                    target[at] = Grey(pixel);
                }

                at += channels;
            }
        }
    }

    private static byte Grey(ReadOnlySpan<byte> rgb) =>
        (byte)(((19595 * rgb[0]) + (38470 * rgb[1]) + (7471 * rgb[2]) + 0x8000) >> 16);

    private static ExperimentException Bad(string name, string why) =>
        new(ExitCode.Data, $"The image '{name}' cannot be used: {why}; repair or remove it.");
}
