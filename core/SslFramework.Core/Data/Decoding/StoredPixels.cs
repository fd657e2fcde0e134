
namespace SslFramework.Core.Data.Decoding;

/// <summary>Gives a stored image the channels, the depth and the direction that a source gives.</summary>
internal static class StoredPixels
{
    private const int Background = 128;

    /// <summary>Writes an image.</summary>
    /// <param name="image">The image; its values may be changed.</param>
    /// <param name="options">The channels to make, and how alpha is treated.</param>
    /// <param name="name">The file's name, for messages.</param>
    /// <param name="destination">Receives the pixels.</param>
    /// <exception cref="ExperimentException">It has other channels than are asked for.</exception>
    public static void Write(StoredImage image, DecodeOptions options, string name, PixelBuffer destination)
    {
        if (image.Bits == 16)
        {
            using var levels = Halved(image);
            Write(levels, options, name, destination);
            return;
        }

        if (image.HasAlpha && options.Alpha == AlphaChannel.OnGray)
        {
            LayOnGray(image.Levels, image.Channels);
        }

        UprightImage.Write(image.Levels, image.Channels, image.Size, image.Orientation, options.Channels, destination);
    }

    private static StoredImage Halved(StoredImage image)
    {
        var halved = StoredImage.Rent(
            image.Size, image.Channels, 8, new DecodeLimit("", int.MaxValue), image.HasAlpha, image.Orientation);
        var values = image.Values;
        var levels = halved.Levels;
        for (var i = 0; i < values.Length; i++)
        {
            levels[i] = (byte)(((values[i] * 255) + 32767) / 65535);
        }

        return halved;
    }

    private static void LayOnGray(Span<byte> pixels, int channels)
    {
        for (var i = 0; i < pixels.Length; i += channels)
        {
            int alpha = pixels[i + channels - 1];
            if (alpha == byte.MaxValue)
            {
                continue;
            }

            for (var c = i; c < i + channels - 1; c++)
            {
                pixels[c] = (byte)(((pixels[c] * alpha) + (Background * (255 - alpha)) + 127) / 255);
            }
        }
    }
}
