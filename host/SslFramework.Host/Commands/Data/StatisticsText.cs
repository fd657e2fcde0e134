using System.Globalization;
using SslFramework.Engine.Data;

namespace SslFramework.Host.Commands.Data;

/// <summary>Statistics of values as a table, and as options to paste into an experiment.</summary>
internal static class StatisticsText
{
    /// <summary>The lines to print.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<ValueStatistics> statistics)
    {
        foreach (var depth in statistics)
        {
            yield return $"values of {depth.Images:N0} images of {depth.Bits} bits";
            var percents = string.Concat(ValueStatistics.Percents.Select(percent => Text($"{percent} %").PadLeft(8)));
            yield return $"  channel      mean       std{percents}";
            foreach (var channel in depth.Channels)
            {
                var numbers = string.Concat(channel.Percentiles.Select(value => Text($"{value}").PadLeft(8)));
                yield return Text($"  {channel.Channel,7}{channel.Mean,10:F1}{channel.Deviation,10:F1}{numbers}");
            }

            if (depth.Bits == 16)
            {
                var window = string.Join(", ", depth.Channels.Select(
                    channel => $"{channel.Percentiles[0]}, {Math.Max(channel.Percentiles[^1], channel.Percentiles[0] + 1)}"));
                yield return $"  \"data\": {{ \"channels\": {depth.Channels.Count}, \"depth\": 16, \"window\": [{window}] }}";
            }

            var means = depth.Channels.Select(channel => depth.Bits == 16 ? channel.MeanInWindow : channel.Mean / byte.MaxValue);
            var deviations =
                depth.Channels.Select(channel => depth.Bits == 16 ? channel.DeviationInWindow : channel.Deviation / byte.MaxValue);
            yield return $"  {{ \"name\": \"normalize\", \"mean\": [{List(means)}], \"std\": [{List(deviations)}] }}"
                + (depth.Bits == 16 ? " with that window" : "");
        }
    }

    private static string List(IEnumerable<double> numbers) => string.Join(", ", numbers.Select(number => Text($"{number:0.####}")));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
