using System.Globalization;

namespace SslFramework.Host.Terminal;

/// <summary>
/// Comma-separated values as RFC 4180 has them. A text that a spreadsheet would compute (<c>=1+1.png</c>) begins with an apostrophe, which
/// it takes for the mark of a text.
/// </summary>
internal static class Csv
{
    /// <summary>A line with its end; quoted is what needs it.</summary>
    public static string Line(params IEnumerable<string> cells) =>
        string.Join(',', cells.Select(cell => Quoted(IsFormula(cell) ? $"'{cell}" : cell))) + "\n";

    private static bool IsFormula(string cell) =>
        cell is ['=' or '+' or '-' or '@' or '\t' or '\r', ..]
            && !double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private static string Quoted(string cell) =>
        cell.AsSpan().IndexOfAny(",\"\r\n") < 0 ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
