namespace SslFramework.Host.Reports;

/// <summary>Parts of report.md.</summary>
internal static class MarkdownText
{
    private const string Special = "\\`*_{}[]<>#|!~";

    /// <summary>A text that Markdown takes for a text: no markup, no HTML, one line.</summary>
    public static string Escaped(string text) =>
        string.Concat(text.ReplaceLineEndings(" ").Select(c => Special.Contains(c, StringComparison.Ordinal) ? $"\\{c}" : c.ToString()));

    /// <summary>A table; cells are escaped.</summary>
    public static string Table(IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows) =>
        string.Concat(rows.Prepend([.. headings.Select(_ => "---")]).Prepend(headings)
            .Select((row, i) => $"| {string.Join(" | ", row.Select(cell => i == 1 ? cell : Escaped(cell)))} |\n"));
}
