namespace SslFramework.Host.Reports.Pictures;

/// <summary>Some images, and beside each those that are most like it.</summary>
internal static class NeighborTable
{
    private const int Queries = 8;
    private const int Shown = 6;

    /// <summary>Draws them.</summary>
    public static ReportSection Draw(EmbeddedImages images, Similarities similarities)
    {
        int[] queries = [.. Enumerable.Range(0, similarities.Count).DistinctBy(i => images.Labels[i]).Take(Queries)];
        queries = [.. queries, .. Enumerable.Range(0, similarities.Count).Except(queries).Take(Queries - queries.Length)];
        var note = images.Classes.Count > 0
            ? "On the left an image of each of some classes, then those of the map that are most alike by cosine similarity. "
                + "Green: the same class; red: another."
            : "On the left some images, then those of the map that are most alike by cosine similarity.";
        var rows = Html.Each(queries, query =>
        {
            var neighbors = Html.Each(similarities.Nearest(query, Shown), near => Thumb(images, near, Kind(images, query, near)));
            return Html.Row(Html.Of($"{Thumb(images, query, "")}{neighbors}"));
        });
        return new ReportSection(
            "Nearest neighbors",
            Html.Of($"""
                {Html.Note(note)}
                <div class="wide"><table class="near">{rows}</table></div>
                """),
            "");
    }

    private static string Kind(EmbeddedImages images, int query, int near) =>
        images.Classes.Count == 0 ? "" : images.Labels[near] == images.Labels[query] ? "yes" : "no";

    private static Html Thumb(EmbeddedImages images, int i, string kind)
    {
        var name = images.ClassOf(i);
        return Html.Cell(Html.Of($"<i class=\"thumb {kind}\" style=\"--at:{images.At(i)}\"></i><span title=\"{name}\">{name}</span>"));
    }
}
