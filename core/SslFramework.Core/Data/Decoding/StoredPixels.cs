using System.Numerics;

namespace SslFramework.Core.Data.Decoding;

/// <summary>Gives a stored image the channels, the depth and the direction that a source gives.</summary>
internal static class StoredPixels
{
    private const int Background = 128;

    /// <summary>Writes an image.</summary>
    /// <param name="image">The image; its values may be changed.</param>
    /// <param name="options">The channels and the depth to make, and how alpha is treated.</param>
    /// <param name="window">What becomes black and white if the image has 16 bits: two numbers, or two per channel to make.</param>
    /// <param name="name">The file's name, for messages.</param>
    /// <param name="destination">Receives the pixels.</param>
    /// <exception cref="ExperimentException">It has other channels than are asked for, or too many values.</exception>
    public static void Write(
        StoredImage image, DecodeOptions options, IReadOnlyList<double> window, string name, PixelBuffer destination)
    {
        var match = ChannelMatch.Of(image, options, name);
        if (image.Bits == 8 && options.Depth == 8 && options.Channels is 1 or 3 && match.Colors is 1 or 3)
        {
            if (match.BlendsAlpha)
            {
                LayOnGray(image.Levels, image.Channels);
            }

            UprightImage.Write(image.Levels, image.Channels, image.Size, image.Orientation, options.Channels, destination);
            return;
        }

        var limit = new DecodeLimit(name, options.MaximumPixels);
        limit.Check(image.Size.Width, image.Size.Height, options.Channels * options.Depth / 8);
        var tone = new Tone(image, options, match, image.Bits == 8 ? [0, byte.MaxValue] : window);
        var order = UprightOrder.Of(image.Size, image.Orientation);
        if (options.Depth == 8)
        {
            var levels = destination.Resize(order.Rows, order.Columns, options.Channels);
            Write(image, tone, order, levels);
        }
        else
        {
            var values = destination.ResizeDeep(order.Rows, order.Columns, options.Channels);
            Write(image, tone, order, values);
        }
    }

    private static void Write<T>(StoredImage image, Tone tone, UprightOrder order, Span<T> target)
        where T : struct, IBinaryInteger<T>
    {
        if (image.Bits == 8)
        {
            Write<byte, T>(image.Levels, tone, order, target);
        }
        else
        {
            Write<ushort, T>(image.Values, tone, order, target);
        }
    }

    private static void Write<TStored, T>(ReadOnlySpan<TStored> stored, Tone tone, UprightOrder order, Span<T> target)
        where TStored : struct, IBinaryInteger<TStored>
        where T : struct, IBinaryInteger<T>
    {
        var to = 0;
        for (var y = 0; y < order.Rows; y++)
        {
            var from = (order.Start + (y * order.Down)) * tone.Stored;
            for (var x = 0; x < order.Columns; x++, from += order.Right * tone.Stored, to += tone.Channels)
            {
                tone.Write(stored.Slice(from, tone.Stored), target.Slice(to, tone.Channels));
            }
        }
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

    /// <summary>How the values of a pixel become those of another depth and other channels.</summary>
    private sealed class Tone
    {
        private readonly float[] lows;
        private readonly float[] scales;
        private readonly int colors;
        private readonly bool blendsAlpha;
        private readonly float most; // of a stored value
        private readonly float white;

        public Tone(StoredImage image, DecodeOptions options, ChannelMatch match, IReadOnlyList<double> window)
        {
            (Stored, Channels) = (image.Channels, options.Channels);
            (colors, blendsAlpha) = (match.Colors, match.BlendsAlpha);
            (most, white) = ((1 << image.Bits) - 1, (1 << options.Depth) - 1);
            lows = new float[Channels];
            scales = new float[Channels];
            for (var c = 0; c < Channels; c++)
            {
                var at = window.Count == 2 ? 0 : 2 * c;
                (lows[c], scales[c]) = ((float)window[at], (float)(1 / (window[at + 1] - window[at])));
            }
        }

        public int Stored { get; }

        public int Channels { get; }

        public void Write<TStored, T>(ReadOnlySpan<TStored> pixel, Span<T> target)
            where TStored : struct, IBinaryInteger<TStored>
            where T : struct, IBinaryInteger<T>
        {
            for (var c = 0; c < target.Length; c++)
            {
                // ITU-R 601 where gray is made of colors.
                var value = target.Length == 1 && colors == 3
                    ? (0.299f * Of(pixel[0])) + (0.587f * Of(pixel[1])) + (0.114f * Of(pixel[2]))
                    : Of(pixel[colors == 1 ? 0 : c]);
                value = Math.Clamp((value - lows[c]) * scales[c], 0, 1);
                if (blendsAlpha)
                {
                    var alpha = Of(pixel[^1]) / most;
                    value = (value * alpha) + (Background / 255f * (1 - alpha));
                }

                target[c] = T.CreateTruncating((int)((value * white) + 0.5f));
            }
        }

        private static float Of<TStored>(TStored value)
            where TStored : struct, IBinaryInteger<TStored> => int.CreateTruncating(value);
    }
}
