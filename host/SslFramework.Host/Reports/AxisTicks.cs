namespace SslFramework.Host.Reports;

/// <summary>Round numbers along an axis.</summary>
/// <param name="Values">1, 2 or 5 times a power of ten apart; the first and the last are the axis' ends.</param>
internal sealed record AxisTicks(IReadOnlyList<double> Values)
{
    private const double Least = 1e-300; // steps of less would be 0

    public double Low => Values[0];

    public double High => Values[^1];

    /// <summary>Ticks that enclose a range.</summary>
    /// <param name="low">Smallest value.</param>
    /// <param name="high">Largest value.</param>
    /// <param name="count">About how many.</param>
    public static AxisTicks Around(double low, double high, int count = 5)
    {
        if (high - low <= Math.Max(Math.Abs(high) * 1e-9, Least))
        {
            var room = Math.Abs(high) < Least ? 1 : Math.Abs(high) * 0.1; // a level line, in the middle
            (low, high) = (low - room, high + room);
        }

        var step = Step((high - low) / count);
        var (first, last) = ((long)Math.Floor((low / step) + 1e-9), (long)Math.Ceiling((high / step) - 1e-9));
        return new([.. Enumerable.Range(0, (int)(last - first) + 1).Select(i => (first + i) * step)]);
    }

    /// <summary>A tick as people read it.</summary>
    public static string Text(double value) => Math.Abs(value) switch
    {
        < 1e-12 => "0",
        >= 1e6 => $"{value / 1e6:0.##} M",
        >= 1e4 => $"{value / 1e3:0.#} k",
        < 1e-3 => value.ToString("0.##e0", System.Globalization.CultureInfo.InvariantCulture),
        _ => value.ToString("0.#####", System.Globalization.CultureInfo.InvariantCulture),
    };

    private static double Step(double rough)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        return (rough / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 } * power;
    }
}
