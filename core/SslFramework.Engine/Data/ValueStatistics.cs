using SslFramework.Core.Data;
using SslFramework.Core.Data.Decoding;
using SslFramework.Engine.Data.Archives;

namespace SslFramework.Engine.Data;

/// <summary>What values a channel has over all images of one depth, in the files' own scale.</summary>
/// <param name="Channel">Its number, from 1.</param>
/// <param name="Mean">The mean.</param>
/// <param name="Deviation">The standard deviation.</param>
/// <param name="Percentiles">The values that <see cref="ValueStatistics.Percents"/> of all values do not exceed.</param>
/// <param name="MeanInWindow">The mean, on a scale on which the first percentile is 0 and the last 1; values beyond are clipped.</param>
/// <param name="DeviationInWindow">The standard deviation on that scale.</param>
internal sealed record ChannelValues(
    int Channel, double Mean, double Deviation, IReadOnlyList<int> Percentiles, double MeanInWindow, double DeviationInWindow);

/// <summary>The values of all images of one depth, counted one by one: what "window" and "normalize" are set by.</summary>
/// <param name="Bits">8 or 16 bits of a value.</param>
/// <param name="Images">How many images have so many.</param>
/// <param name="Channels">Of each channel.</param>
internal sealed record ValueStatistics(int Bits, int Images, IReadOnlyList<ChannelValues> Channels)
{
    /// <summary>The percentiles that are given.</summary>
    public static IReadOnlyList<double> Percents { get; } = [0.1, 1, 50, 99, 99.9];

    /// <summary>Counts the values of every image that can be used, on all cores; images of 8 bits first.</summary>
    public static IReadOnlyList<ValueStatistics> Of(IDataSource source, Action<int>? progress = null)
    {
        var (counts, images, done) = (new Dictionary<int, long[][]>(), new Dictionary<int, int>(), 0);
        var files = EncodedFiles.Of(source);
        var decoding = files?.Decoding;
        EveryImage.Visit(source.Count, () => new PixelBuffer(), (i, buffer) =>
        {
            try
            {
                Read(source, files, decoding, i, buffer);
                lock (counts)
                {
                    var bits = buffer.BitsPerChannel;
                    if (!counts.TryGetValue(bits, out var own))
                    {
                        counts[bits] = own = [.. Enumerable.Range(0, source.Channels).Select(_ => new long[1 << bits])];
                    }

                    images[bits] = images.GetValueOrDefault(bits) + 1;
                    Count(buffer.Image, own);
                }
            }
            catch (ExperimentException bad) when (bad.Kind is FailureKind.Data or FailureKind.Storage)
            {
                // The check itself tells it.
            }

            progress?.Invoke(Interlocked.Increment(ref done));
        });
        return [.. counts.OrderBy(entry => entry.Key).Select(entry => new ValueStatistics(
            entry.Key, images[entry.Key], [.. entry.Value.Select((count, channel) => Describe(channel + 1, count))]))];
    }

    // In the depth of the file itself, and all of its range.
    private static void Read(IDataSource source, IEncodedSource? files, DecodeOptions? decoding, int i, PixelBuffer buffer)
    {
        if (files is null)
        {
            source.Read(i, buffer);
            return;
        }

        var encoded = files.Encoded(i);
        var own = decoding! with { Depth = ImageDecoder.Is16Bits(encoded) ? 16 : 8, Window = SourceWindow.Full };
        ImageDecoder.Decode(encoded, own, files.Name(i), buffer);
    }

    private static void Count(ImagePixels image, long[][] counts)
    {
        for (var i = 0; i < image.Height * image.Width * image.Channels; i++)
        {
            counts[i % image.Channels][image.BitsPerChannel == 8 ? image.Pixels[i] : image.DeepPixels[i]]++;
        }
    }

    private static ChannelValues Describe(int channel, long[] counts)
    {
        var (mean, deviation) = Moments(counts, value => value);
        int[] percentiles = [.. Percents.Select(percent => Percentile(counts, percent))];
        var (low, high) = ((double)percentiles[0], Math.Max(percentiles[^1], percentiles[0] + 1.0));
        var (inWindow, deviationInWindow) = Moments(counts, value => Math.Clamp((value - low) / (high - low), 0, 1));
        return new ChannelValues(channel, mean, deviation, percentiles, inWindow, deviationInWindow);
    }

    private static (double Mean, double Deviation) Moments(long[] counts, Func<int, double> scale)
    {
        var (sum, squares, total) = (0.0, 0.0, (double)counts.Sum());
        for (var value = 0; value < counts.Length; value++)
        {
            sum += counts[value] * scale(value);
            squares += counts[value] * scale(value) * scale(value);
        }

        return (sum / total, Math.Sqrt(Math.Max(0, (squares / total) - (sum / total * (sum / total)))));
    }

    // The smallest value that so many percent of all values do not exceed.
    private static int Percentile(long[] counts, double percent)
    {
        var left = counts.Sum() * percent / 100;
        var value = 0;
        for (; value < counts.Length - 1 && counts[value] < left; value++)
        {
            left -= counts[value];
        }

        return value;
    }
}
