using System.Text;
using SslFramework.Core.Storage;

namespace SslFramework.Host.Reports;

/// <summary>
/// One HTML file with everything in it. It needs no script and asks for nothing: its own policy forbids the browser both, should a
/// name ever slip through.
/// </summary>
/// <param name="Title">Of the page.</param>
/// <param name="Badge">A word beside it.</param>
/// <param name="Lead">Below it.</param>
/// <param name="Sections">In order.</param>
internal sealed record ReportPage(string Title, string Badge, Html Lead, IReadOnlyList<ReportSection> Sections)
{
    private static readonly string Style = ReadStyle();

    /// <summary>Further style, of the pictures.</summary>
    public string PictureStyle { get; init; } = "";

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private Html AllStyle => new(Style + PictureStyle);

    private string TitleWithBadge => Badge.Length == 0 ? Title : $"{Title} ({Badge})";

    /// <summary>The page.</summary>
    public Html Draw() => Html.Of($"""
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
        <meta name="color-scheme" content="light dark"><title>{TitleWithBadge} · SslFramework</title><style>{AllStyle}</style></head><body>
        <header><h1>{Title}{(Badge.Length == 0 ? Html.None : Html.Of($" <span class=\"badge {Badge}\">{Badge}</span>"))}</h1>{Lead}
        <nav>{Html.Join(Sections.Select(section => Html.Of($"<a href=\"#{section.Id}\">{section.Title}</a> ")))}</nav></header><main>
        {Html.Join(Sections.Select(section => Html.Of($"<section id=\"{section.Id}\"><h2>{section.Title}</h2>{section.Body}</section>\n")))}
        </main><footer class="note">Written by SslFramework at {Now:yyyy-MM-dd HH:mm} UTC.</footer></body></html>

        """);

    /// <summary>The same without pictures.</summary>
    public string Markdown(string lead) =>
        $"# {MarkdownText.Escaped(Title)}{(Badge.Length == 0 ? "" : $" ({Badge})")}\n\n{lead}\n"
        + string.Concat(Sections.Where(section => section.Markdown.Length > 0)
            .Select(section => $"\n## {MarkdownText.Escaped(section.Title)}\n\n{section.Markdown}"));

    /// <summary>Writes the page.</summary>
    /// <exception cref="ExperimentException">The file cannot be written.</exception>
    public void Save(string path) => Save(path, Draw().Text);

    /// <summary>Writes a text.</summary>
    /// <exception cref="ExperimentException">The file cannot be written.</exception>
    public static void Save(string path, string text) => DurableFile.WriteText(path, text);

    private static string ReadStyle()
    {
        using var reader = new StreamReader(typeof(ReportPage).Assembly.GetManifestResourceStream("report.css")!);
        return reader.ReadToEnd();
    }
}
