namespace SslFramework.Host.Terminal;

/// <summary>Comma-separated values as RFC 4180 has them.</summary>
internal static class Csv
{
    /// <summary>A line with its end; quoted is what needs it.</summary>
    public static string Line(params IEnumerable<string> cells) => string.Join(',', cells.Select(Quoted)) + "\n";

    private static string Quoted(string cell) =>
        cell.AsSpan().IndexOfAny(",\"\r\n") < 0 ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
