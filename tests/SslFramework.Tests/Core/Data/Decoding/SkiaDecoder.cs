using System.Buffers;
using SkiaSharp;
using SslFramework.Core.Data.Decoding;
using SslFramework.Core.Data.Decoding.Png;

namespace SslFramework.Tests.Core.Data.Decoding;

/// <summary>SkiaSharp's decoders, to compare pixels with.</summary>
internal static class SkiaDecoder
{
    private const int Background = 128;

    /// <summary>Decodes one image.</summary>
    /// <param name="encoded">The file's bytes.</param>
    /// <param name="options">The channels to make, the largest size, and how alpha is treated.</param>
    /// <param name="name">The file's name, for messages.</param>
    /// <param name="destination">Receives the pixels.</param>
    /// <exception cref="ExperimentException">It is not an image, too large, truncated or damaged.</exception>
    public static unsafe void Decode(ReadOnlySpan<byte> encoded, DecodeOptions options, string name, PixelBuffer destination)
    {
        fixed (byte* start = encoded)
        {
            using var data = SKData.Create((IntPtr)start, encoded.Length);
            using var codec = SKCodec.Create(data) ?? throw ImageDecoder.Bad(
                name, "it is not a JPEG, PNG, WebP, BMP or GIF, or its header is damaged");
            var (width, height) = (codec.Info.Width, codec.Info.Height);
            ImageDecoder.CheckPixels(width, height, options.MaximumPixels, name);

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
                        throw ImageDecoder.Bad(
                            name, result == SKCodecResult.IncompleteInput ? "it is truncated" : $"it is damaged ({result})");
                    }
                }

                if (!opaque && options.Alpha == AlphaChannel.OnGray)
                {
                    LayOnGray(pixels.AsSpan(0, format.BytesSize));
                }

                UprightImage.Write(
                    pixels, pixelBytes: 4, new ImageSize(height, width), OrientationOf(codec, encoded), options.Channels, destination);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(pixels);
            }
        }
    }

    // Skia numbers the orientations as EXIF does. It ignores that of a PNG.
    private static int OrientationOf(SKCodec codec, ReadOnlySpan<byte> encoded) =>
        codec.EncodedFormat == SKEncodedImageFormat.Png ? PngParts.Find(encoded, new DecodeLimit("", int.MaxValue)).Orientation : (int)codec.EncodedOrigin;

    private static void LayOnGray(Span<byte> rgba)
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
}
