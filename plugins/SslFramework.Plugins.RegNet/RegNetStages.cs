namespace SslFramework.Plugins.RegNet;

/// <summary>A stage of blocks of the same width.</summary>
/// <param name="Width">Channels.</param>
/// <param name="Blocks">Number of blocks.</param>
/// <param name="GroupWidth">Channels of a group.</param>
internal sealed record RegNetStages(int Width, int Blocks, int GroupWidth)
{
    private const int Quantum = 8; // channels are multiples of it

    /// <summary>
    /// The stages of a design: widths w₀ + w_a·i, rounded to the nearest w₀·w_m^s and then to a multiple of 8; then so that groups divide
    /// them. Section 3.3 of the paper.
    /// </summary>
    public static IReadOnlyList<RegNetStages> Of(RegNetSize size) =>
    [
        .. Enumerable.Range(0, size.Depth)
            .Select(i =>
            {
                var s = Math.Round(Math.Log((size.WidthStart + (size.WidthSlope * i)) / size.WidthStart) / Math.Log(size.WidthFactor));
                return (int)Math.Round(size.WidthStart * Math.Pow(size.WidthFactor, s) / Quantum) * Quantum;
            })
            .CountBy(width => width)
            .Select(stage =>
            {
                var group = Math.Min(size.GroupWidth, stage.Key);
                return new RegNetStages(Divisible(stage.Key, group), stage.Value, group);
            }),
    ];

    /// <summary>The nearest multiple of a divisor, that is not below nine tenths of the value.</summary>
    private static int Divisible(int value, int divisor)
    {
        var nearest = Math.Max(divisor, (int)(value + (divisor / 2.0)) / divisor * divisor);
        return nearest < 0.9 * value ? nearest + divisor : nearest;
    }
}
