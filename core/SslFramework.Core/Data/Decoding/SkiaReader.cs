using System.Buffers.Binary;
using SkiaSharp;

namespace SslFramework.Core.Data.Decoding;

/// <summary>
/// Reads WebP by SkiaSharp, which has libwebp in it. ImageSharp takes hundreds of megabytes for a few hundred damaged bytes of a lossless
/// one, and does not know animations.
/// </summary>
internal static class SkiaReader
{
    /// <summary>Whether a file begins as a WebP.</summary>
    public static bool IsWebp(ReadOnlySpan<byte> file) =>
        file.Length >= 12 && file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBP"u8);

    /// <summary>Reads a WebP; of an animated one, the first frame.</summary>
    /// <exception cref="ExperimentException">It is too large, truncated or damaged.</exception>
    public static unsafe StoredImage Webp(ReadOnlySpan<byte> file, DecodeLimit limit)
    {
        if (BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) + 8L > file.Length + 1) // the last byte may be padding that is missing
        {
            throw ImageDecoder.Bad(limit.Name, "it is truncated");
        }

        fixed (byte* start = file)
        {
            using var data = SKData.Create((IntPtr)start, file.Length);
            using var codec = SKCodec.Create(data) ?? throw ImageDecoder.Bad(limit.Name, "its header is damaged");
            var (width, height, isOpaque) = (codec.Info.Width, codec.Info.Height, codec.Info.AlphaType == SKAlphaType.Opaque);
            limit.Check(width, height);
            var stored = StoredImage.Rent(new ImageSize(height, width), 4, 8, limit, hasAlpha: true, (int)codec.EncodedOrigin);
            try
            {
                var format = new SKImageInfo(
                    width, height, SKColorType.Rgba8888, isOpaque ? SKAlphaType.Opaque : SKAlphaType.Unpremul);
                fixed (byte* first = stored.Levels)
                {
                    var result = codec.GetPixels(format, (IntPtr)first);
                    return result == SKCodecResult.Success ? stored : throw ImageDecoder.Bad(
                        limit.Name, result == SKCodecResult.IncompleteInput ? "it is truncated" : $"it is damaged ({result})");
                }
            }
            catch
            {
                stored.Dispose();
                throw;
            }
        }
    }
}
