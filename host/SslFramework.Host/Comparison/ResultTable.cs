using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;
using SslFramework.Host.Configuration;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Comparison;

/// <summary>Numbers in rows and columns, for the terminal, Markdown, CSV and JSON.</summary>
/// <param name="Title">What the numbers are.</param>
/// <param name="Corner">What the rows are.</param>
/// <param name="Columns">Headings.</param>
/// <param name="Rows">In order.</param>
/// <param name="Notes">What must be said about the numbers.</param>
internal sealed record ResultTable(
    string Title, string Corner, IReadOnlyList<string> Columns, IReadOnlyList<ResultRow> Rows, IReadOnlyList<string> Notes)
{
    private const string TieNote = "≈ within the 95 % confidence interval of the best";

    /// <summary>Marks the best and what ties with it.</summary>
    public ResultTable Marked(Among among = Among.Column)
    {
        var width = Columns.Count;
        var cells = Rows.SelectMany(row => row.Cells).ToArray();
        var groups = Enumerable.Range(0, cells.Length).GroupBy(i => among switch
        {
            Among.Column => i % width,
            Among.Row => i / width,
            _ => 0,
        });
        foreach (var group in groups.Select(group => group.ToArray()))
        {
            var marked = Cell.Marked([.. group.Select(i => cells[i])]);
            for (var i = 0; i < group.Length; i++)
            {
                cells[group[i]] = marked[i];
            }
        }

        var rows = Rows.Select((row, r) => row with { Cells = cells[(r * width)..((r + 1) * width)] }).ToArray();
        return this with { Rows = rows, Notes = cells.Any(cell => cell is { Tie: true }) ? [TieNote, .. Notes] : Notes };
    }

    /// <summary>A Markdown table; the best is bold.</summary>
    public string Markdown()
    {
        var lines = new List<string> { Line([Text(Corner), .. Columns.Select(Text)]), Line(Enumerable.Repeat("---", Columns.Count + 1)) };
        lines.AddRange(Rows.Select(row => Line([Text(row.Name), .. row.Cells.Select(Number)])));
        lines.AddRange(Notes.SelectMany(note => new[] { "", Text(note) }));
        return string.Join('\n', lines) + "\n";

        static string Number(Cell? cell) => cell is { Best: true } ? $"**{Text(cell.Text)}**" : Text(cell?.Text ?? "");

        // Neither another column nor HTML nor a link.
        static string Text(string text) => Printable.Line(text)
            .Replace("|", "\\|", StringComparison.Ordinal)
            .Replace("<", "\\<", StringComparison.Ordinal)
            .Replace("](", "]\\(", StringComparison.Ordinal);

        static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";
    }

    /// <summary>Comma-separated values: numbers alone, with every digit.</summary>
    public string Csv()
    {
        string[][] rows = [[Corner, .. Columns], .. Rows.Select(row => (string[])[row.Name, .. row.Cells.Select(Number)])];
        return string.Concat(rows.Select(row => Terminal.Csv.Line(row.Select(Printable.Line))));

        static string Number(Cell? cell) => cell?.Value.ToString("R", CultureInfo.InvariantCulture) ?? "";
    }

    /// <summary>All that the table knows.</summary>
    public JsonObject ToJson() => new()
    {
        ["title"] = Title,
        ["columns"] = new JsonArray([.. Columns.Select(column => JsonValue.Create(column))]),
        ["rows"] = new JsonArray([.. Rows.Select(row => new JsonObject
        {
            ["name"] = row.Name,
            ["baseline"] = row.Baseline,
            ["cells"] = new JsonArray([.. row.Cells.Select(cell => cell is null ? null : new JsonObject
            {
                ["value"] = Json.Number(cell.Value),
                ["interval"] = cell.Interval is { } ends ? new JsonArray([.. ends.Select(Json.Number)]) : null,
                ["layer"] = cell.Layer,
                ["best"] = cell.Best,
                ["tie"] = cell.Tie,
            })]),
        })]),
        ["notes"] = new JsonArray([.. Notes.Select(note => JsonValue.Create(note))]),
    };

    /// <summary>Writes tables to stdout, and what must be said of them once; tables without rows are left out.</summary>
    public static void Print(IReadOnlyCollection<ResultTable> tables)
    {
        foreach (var table in tables.Where(table => table.Rows.Count > 0))
        {
            ResultConsole.WriteLine(table.Title);
            var fitted = new FittedTable([table.Corner], table.Columns);
            foreach (var row in table.Rows)
            {
                fitted.AddRow([row.Name, .. row.Cells.Select(InBold)]);
            }

            fitted.Print();
        }

        foreach (var note in tables.SelectMany(table => table.Notes).Distinct())
        {
            ResultConsole.WriteLine(note);
        }

        static string InBold(Cell? cell) =>
            cell is { Best: true } ? $"[bold]{Markup.Escape(cell.Text)}[/]" : Markup.Escape(cell?.Text ?? "");
    }
}

/// <summary>One row of a table.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Baseline">Whether it is what methods must beat.</param>
/// <param name="Cells">A number for each column, or null.</param>
internal sealed record ResultRow(string Name, bool Baseline, IReadOnlyList<Cell?> Cells);

/// <summary>Where the best is looked for.</summary>
internal enum Among
{
    /// <summary>In each column.</summary>
    Column,

    /// <summary>In each row.</summary>
    Row,

    /// <summary>In the whole table.</summary>
    All,
}
