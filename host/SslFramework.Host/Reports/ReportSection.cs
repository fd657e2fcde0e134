namespace SslFramework.Host.Reports;

/// <summary>A part of the report, in both of its forms.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Body">For report.html.</param>
/// <param name="Markdown">For report.md; empty where there is nothing to say without pictures.</param>
internal sealed record ReportSection(string Title, Html Body, string Markdown)
{
    /// <summary>What a link calls it.</summary>
    public string Id => string.Concat(Title.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));

    /// <summary>A section that cannot be, and one sentence on what would make it.</summary>
    public static ReportSection Missing(string title, string sentence) =>
        new(title, Html.Of($"<p class=\"missing\">{sentence}</p>"), MarkdownText.Escaped(sentence) + "\n");
}
