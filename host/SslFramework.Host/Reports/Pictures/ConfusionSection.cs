namespace SslFramework.Host.Reports.Pictures;

/// <summary>Which classes are taken for which.</summary>
internal static class ConfusionSection
{
    private const string Title = "Confusion";
    private const int Neighbours = 20;
    private const int LargestMatrix = 30;
    private const int LongName = 3;

    /// <summary>The table, or a sentence on why there is none.</summary>
    /// <param name="images">Some test images.</param>
    /// <param name="similarities">Of each to each.</param>
    public static ReportSection Of(EmbeddedImages images, float[][] similarities)
    {
        var classes = images.Classes;
        if (classes.Count is < 2 or > LargestMatrix)
        {
            return ReportSection.Missing(Title, classes.Count < 2
                ? "The test images have no classes; "
                    + "name a file of labels in \"evaluation\", and 'ssl report' shows which are taken for which."
                : $"{classes.Count} classes are too many for a table; 'ssl evaluate' measures them.");
        }

        var guesses = Guesses(images, similarities);
        var right = 100.0 * Enumerable.Range(0, classes.Count).Sum(label => guesses[label][label]) / images.Labels.Count;
        var note = $"Each image of the map by the vote of its {Neighbours} nearest among the others, without the training images: "
            + $"{right:F1} % right. Rows are true classes, columns guesses.";
        var tall = classes.Any(name => name.Length > LongName) ? " tall" : "";
        return new ReportSection(
            Title,
            Html.Of($"""
                <p class="note">{note}</p><div class="wide"><table class="confusion{tall}">{Head(classes)}<tbody>
                {Html.Join(classes.Select((name, label) => Row(name, label, guesses[label])))}
                </tbody></table></div>
                """),
            $"{note}\n\n{Markdown(classes, guesses)}");
    }

    /// <returns>Of each class, how often each was guessed.</returns>
    private static int[][] Guesses(EmbeddedImages images, float[][] similarities)
    {
        var classes = images.Classes.Count;
        int[][] guesses = [.. Enumerable.Range(0, classes).Select(_ => new int[classes])];
        for (var i = 0; i < images.Labels.Count; i++)
        {
            var votes = new double[classes];
            foreach (var near in EmbeddingSections.NearestOf(similarities, i, Neighbours))
            {
                votes[images.Labels[near]] += Math.Exp(similarities[i][near] / 0.07); // as the kNN evaluator's
            }

            guesses[images.Labels[i]][Array.IndexOf(votes, votes.Max())]++;
        }

        return guesses;
    }

    private static Html Head(IEnumerable<string> classes) =>
        Html.Of($"<thead><tr><td></td>{Html.Join(classes.Select(Heading))}</tr></thead>");

    private static Html Heading(string name) => Html.Of($"<th title=\"{name}\">{name}</th>");

    private static Html Row(string name, int label, int[] guesses)
    {
        var all = Math.Max(1, guesses.Sum());
        return Html.Of($"<tr>{Heading(name)}{Html.Join(guesses.Select((count, guess) => Cell(count, all, guess == label)))}</tr>");
    }

    private static Html Cell(int count, int all, bool isRight)
    {
        var kind = isRight ? Html.Of($" class=\"own\"") : Html.None;
        return Html.Of($"<td{kind} style=\"--a:{0.5 * count / all:0.##}\">{count}</td>");
    }

    private static string Markdown(IReadOnlyList<string> classes, int[][] guesses) => MarkdownText.Table(
        ["true class", .. classes], classes.Select((name, label) => (string[])[name, .. guesses[label].Select(count => $"{count}")]));
}
