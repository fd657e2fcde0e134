using System.Globalization;

namespace SslFramework.Host.Comparison;

/// <summary>One number of a table.</summary>
/// <param name="Value">The number.</param>
/// <param name="Interval">Low and high end of its 95 % confidence interval, or null.</param>
/// <param name="Layer">Which features gave it.</param>
internal sealed record Cell(double Value, double[]? Interval = null, string? Layer = null)
{
    /// <summary>The best of those it competes with.</summary>
    public bool Best { get; init; }

    /// <summary>Within the confidence interval of the best, so that chance may have decided between them.</summary>
    public bool Tie { get; init; }

    /// <summary>Digits behind the point that people read.</summary>
    public int Digits { get; init; } = 1;

    /// <summary>Whether people read the interval too.</summary>
    public bool WithSpread { get; init; }

    /// <summary>The number as people read it, with its layer and its mark.</summary>
    public string Text => Number(Value)
        + (WithSpread && Interval is [var low, var high] ? $" ± {Number((high - low) / 2)}" : "")
        + (Tie ? " ≈" : "")
        + (Layer is null ? "" : $" ({Layer})");

    /// <summary>Marks the best cell and its ties; where no interval is known, nothing can be said.</summary>
    public static IReadOnlyList<Cell?> Marked(IReadOnlyList<Cell?> cells)
    {
        var best = cells.OfType<Cell>().Where(cell => double.IsFinite(cell.Value)).MaxBy(cell => cell.Value);
        if (cells.Count(cell => cell is not null) < 2 || best is not { Interval: [var low, _] })
        {
            return cells;
        }

        return [.. cells.Select(cell => cell is null ? null : cell with { Best = cell == best, Tie = cell != best && cell.Value >= low })];
    }

    private string Number(double value) => value.ToString($"F{Digits}", CultureInfo.InvariantCulture);
}
