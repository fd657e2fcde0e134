namespace SslFramework.Host.Reports.Pictures;

/// <summary>Which classes are taken for which by the vote of the nearest images.</summary>
internal static class ConfusionTable
{
    private const string Title = "Confusion";
    private const int Neighbors = 20;
    private const double Temperature = 0.07; // as the kNN evaluator's
    private const int MostClasses = 30;
    private const int LongName = 3; // letters

    /// <summary>Draws it.</summary>
    public static ReportSection Draw(EmbeddedImages images, Similarities similarities)
    {
        var classes = images.Classes;
        if (classes.Count < 2)
        {
            return ReportSection.Missing(
                Title,
                "The test images have no classes; name a file of labels in \"evaluation\", "
                + "and 'ssl report' shows which are taken for which.");
        }

        if (classes.Count > MostClasses)
        {
            return ReportSection.Missing(Title, $"{classes.Count} classes are too many for a table; 'ssl evaluate' measures them.");
        }

        var counts = Count(images, similarities); // [true class][guess]
        var right = 100.0 * Enumerable.Range(0, classes.Count).Sum(c => counts[c][c]) / images.Labels.Count;
        var note = $"Each image of the map by the vote of its {Neighbors} nearest among the others, without the training images: "
            + $"{right:F1} % right. Rows are true classes, columns guesses.";
        var tall = classes.Any(name => name.Length > LongName) ? " tall" : "";
        var headings = Html.Row(Html.Of($"<td></td>{Html.Each(classes, Heading)}"));
        var rows = Html.Each(Enumerable.Range(0, classes.Count), row => Row(classes[row], counts[row], row));
        var numbers = counts.Select((row, c) => (string[])[classes[c], .. row.Select(count => $"{count}")]);
        return new ReportSection(
            Title,
            Html.Of($"""
                {Html.Note(note)}<div class="wide"><table class="confusion{tall}"><thead>{headings}</thead><tbody>
                {rows}
                </tbody></table></div>
                """),
            $"{note}\n\n{MarkdownText.Table(["true class", .. classes], numbers)}");
    }

    private static int[][] Count(EmbeddedImages images, Similarities similarities)
    {
        int[][] counts = [.. images.Classes.Select(_ => new int[images.Classes.Count])];
        for (var i = 0; i < images.Labels.Count; i++)
        {
            var votes = new double[images.Classes.Count];
            foreach (var near in similarities.Nearest(i, Neighbors))
            {
                votes[images.Labels[near]] += Math.Exp(similarities[i, near] / Temperature);
            }

            counts[images.Labels[i]][Array.IndexOf(votes, votes.Max())]++;
        }

        return counts;
    }

    private static Html Heading(string name) => Html.Of($"<th title=\"{name}\">{name}</th>");

    private static Html Row(string name, int[] counts, int own)
    {
        var all = Math.Max(1, counts.Sum());
        var cells = Html.Each(counts.Index(), cell => Cell(cell.Item, 0.5 * cell.Item / all, cell.Index == own));
        return Html.Row(Html.Of($"{Heading(name)}{cells}"));
    }

    private static Html Cell(int count, double shade, bool isOwn)
    {
        var kind = isOwn ? Html.Of($" class=\"own\"") : Html.None;
        return Html.Of($"<td{kind} style=\"--a:{shade:0.##}\">{count}</td>");
    }
}
