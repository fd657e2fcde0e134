using System.Text.RegularExpressions;
using Spectre.Console;

namespace SslFramework.Host.Terminal;

/// <summary>
/// Numbers in rows and columns, no wider than the terminal and no number cut: headings and names break between words, and columns
/// that find no room follow in a table below.
/// </summary>
/// <param name="names">Headings of the columns that say what a row is.</param>
/// <param name="numbers">Headings of the others.</param>
internal sealed partial class FittedTable(IReadOnlyList<string> names, IReadOnlyList<string> numbers)
{
    private const int Border = 1;
    private const int Padding = 3; // with the line to the next column
    private readonly string[] headings = [.. names.Concat(numbers).Select(Printable.Line)];
    private readonly List<string[]> rows = [];

    /// <summary>Adds a row.</summary>
    /// <param name="cells">A cell for each column: names as they are, numbers as markup.</param>
    public void AddRow(params IEnumerable<string> cells) => rows.Add([.. cells.Select(Printable.Line)]);

    /// <summary>Writes it to stdout.</summary>
    public void Print()
    {
        var console = ResultConsole.Open();
        foreach (var table in Fit(console.Profile.Width))
        {
            console.Write(table);
        }
    }

    /// <summary>The narrowest that a column may be: names break within words, numbers do not.</summary>
    private int Least(int column) => IsName(column)
        ? rows.Select(row => LongestPart(row[column])).Append(LongestPart(headings[column])).Max()
        : rows.Select(row => Length(row, column)).Append(LongestPart(headings[column])).Max();

    /// <summary>The tables that so many columns of a terminal hold; one, where there is room.</summary>
    public IReadOnlyList<Table> Fit(int width)
    {
        var every = Enumerable.Range(0, headings.Length).ToArray();
        int[] widths = [.. every.Select(c => rows.Select(row => Length(row, c)).Append(headings[c].Length).Max())];
        int[] least = [.. every.Select(Least)];
        Narrow(widths, least, every[names.Count..], width);
        Narrow(widths, least, every[..names.Count], width);

        var tables = new List<Table>();
        for (var next = names.Count; next < headings.Length || tables.Count == 0;)
        {
            var columns = every[..names.Count].ToList();
            do
            {
                columns.Add(next++);
            }
            while (next < headings.Length && Total(columns.Append(next), widths) <= width);
            tables.Add(Of(columns, widths));
        }

        return tables;
    }

    /// <summary>Takes columns from the one that has most to give, until the table fits or none has more.</summary>
    private static void Narrow(int[] widths, int[] least, int[] columns, int width)
    {
        while (Total(Enumerable.Range(0, widths.Length), widths) > width
            && columns.MaxBy(c => widths[c] - least[c]) is var widest && widths[widest] > least[widest])
        {
            widths[widest]--;
        }
    }

    private static int Total(IEnumerable<int> columns, int[] widths) => Border + columns.Sum(c => widths[c] + Padding);

    private Table Of(IReadOnlyList<int> columns, int[] widths)
    {
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var c in columns)
        {
            var column = new TableColumn(Markup.Escape(Broken(headings[c], widths[c]))).NoWrap();
            table.AddColumn(IsName(c) ? column : column.RightAligned());
        }

        foreach (var row in rows)
        {
            table.AddRow([.. columns.Select(c => IsName(c) ? Markup.Escape(Broken(row[c], widths[c])) : row[c])]);
        }

        return table;
    }

    private bool IsName(int column) => column < names.Count;

    private int Length(string[] row, int column) => IsName(column) ? row[column].Length : Markup.Remove(row[column]).Length;

    private static int LongestPart(string text) => Parts().Split(text).Max(part => part.TrimEnd().Length);

    private static string Broken(string text, int width)
    {
        var lines = new List<string> { "" };
        var parts = Phrases().Split(text).SelectMany(phrase => phrase.TrimEnd().Length <= width ? [phrase] : Parts().Split(phrase));
        foreach (var part in parts)
        {
            if (lines[^1].Length > 0 && (lines[^1] + part).TrimEnd().Length > width)
            {
                lines.Add("");
            }

            lines[^1] += part;
        }

        return string.Join('\n', lines.Select(line => line.TrimEnd()));
    }

    /// <summary>What commas part: <c>learningRate 0.1, batchSize 16</c>.</summary>
    [GeneratedRegex("(?<=, )")]
    private static partial Regex Phrases();

    /// <summary>Words, and what a hyphen joins; <c>top-1</c> and <c>1e-05</c> stay whole.</summary>
    [GeneratedRegex("(?<= )|(?<=[A-Za-z]-)(?=[A-Za-z])")]
    private static partial Regex Parts();
}
