using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace SslFramework.Host.Reports;

/// <summary>
/// HTML that is safe to show: whatever an interpolated string puts in is escaped, unless it is HTML already. No name of a file, a
/// class or an experiment can become a tag, an attribute or a script.
/// </summary>
/// <param name="Text">The markup.</param>
internal readonly record struct Html(string Text)
{
    /// <summary>Nothing.</summary>
    public static Html None { get; } = new("");

    /// <summary>Takes an interpolated string.</summary>
    public static Html Of(HtmlBuilder builder) => new(builder.ToString());

    /// <summary>One after the other.</summary>
    public static Html Join(IEnumerable<Html> parts) => new(string.Concat(parts.Select(part => part.Text)));

    /// <summary>One after the other, each made of an item.</summary>
    public static Html Each<T>(IEnumerable<T> items, Func<T, Html> part) => Join(items.Select(part));

    /// <summary>A table whose first column names the rows.</summary>
    public static Html Table(IEnumerable<string> headings, IEnumerable<IEnumerable<Html>> rows)
    {
        var body = Each(rows, row => Row(Each(row, Cell)));
        return Of($"""<div class="wide"><table><thead>{Headings(headings)}</thead><tbody>{body}</tbody></table></div>""");
    }

    /// <summary>The row of a table that names its columns.</summary>
    public static Html Headings(IEnumerable<string> names) => Row(Each(names, name => Of($"<th>{name}</th>")));

    /// <summary>A row of a table.</summary>
    public static Html Row(Html cells) => Of($"<tr>{cells}</tr>");

    /// <summary>A cell of a table.</summary>
    public static Html Cell(Html content) => Of($"<td>{content}</td>");

    /// <summary>A list of lines.</summary>
    public static Html List(string style, IEnumerable<string> lines) =>
        Of($"<ul class=\"{style}\">{Each(lines, line => Of($"<li>{line}</li>"))}</ul>");

    /// <summary>A remark, in smaller letters.</summary>
    public static Html Note(string text) => Of($"<p class=\"note\">{text}</p>");

    /// <summary>A key of a configuration, which may wrap after a point.</summary>
    public static Html Key(string key) =>
        Of($"<code>{new Html(string.Join(".<wbr>", key.Split('.').Select(part => Escaped(part).Text)))}</code>");

    /// <summary>A text by itself.</summary>
    public static Html Escaped(string text) => Of($"{text}");

    public override string ToString() => Text;
}

/// <summary>Escapes the values of an interpolated string.</summary>
[InterpolatedStringHandler]
internal readonly ref struct HtmlBuilder
{
    private readonly StringBuilder text;

    /// <summary>Called by the compiler.</summary>
    public HtmlBuilder(int literalLength, int formattedCount) => text = new StringBuilder(literalLength + (16 * formattedCount));

    /// <summary>What the program's author wrote.</summary>
    public void AppendLiteral(string literal) => text.Append(literal);

    /// <summary>HTML, as it is.</summary>
    public void AppendFormatted(Html html) => text.Append(html.Text);

    /// <summary>A text, escaped, also for attributes.</summary>
    public void AppendFormatted(string? value) => text.Append(WebUtility.HtmlEncode(value));

    /// <summary>A number.</summary>
    public void AppendFormatted<T>(T value, string? format = null)
        where T : struct, IFormattable => text.Append(WebUtility.HtmlEncode(value.ToString(format, CultureInfo.InvariantCulture)));

    public override string ToString() => text.ToString();
}
