using SslFramework.Engine.Pictures;
using TorchSharp;

namespace SslFramework.Host.Reports.Pictures;

/// <summary>Test images on a plane, those with like features near each other: t-SNE and principal components.</summary>
internal static class EmbeddingMaps
{
    private const int Kept = 50; // principal components for t-SNE
    private const int MostNamed = 20; // classes
    private const int Colors = 10; // of the page's style; classes beyond are rings, then begin again
    private const double Margin = 3; // percent of the map
    private const double RightSide = 60; // percent of the map: from there on a thumbnail opens to the left

    /// <summary>Draws both.</summary>
    /// <param name="images">The images.</param>
    /// <param name="rows">Their features, [N, D].</param>
    public static ReportSection Draw(EmbeddedImages images, torch.Tensor rows)
    {
        var components = PrincipalComponents.Of(rows, Kept).contiguous(); // [N, K]
        var reduced = components.data<float>().ToArray().Chunk((int)components.shape[1]).ToArray();
        float[] first = [.. reduced.Select(row => row[0])];
        float[] second = [.. reduced.Select(row => row.Length > 1 ? row[1] : 0)];
        var (x, y) = TSne.Map(reduced, [.. first.Zip(second, (one, other) => new[] { one, other })]);
        var (count, dimension) = (images.Features.Count, images.Features[0].Length);
        var (colored, labels) = images.Classes.Count > 0 ? (", colored by class", " Labels were not used in training.") : ("", "");
        var note = $"{count} test images by their {dimension} features{colored}; "
            + $"the picture of each shows when the pointer rests on it.{labels}";
        return new ReportSection(
            "Embedding",
            Html.Of($"""
                {Html.Note(note)}<div class="charts large">
                <figure><figcaption>t-SNE</figcaption>{Map(images, x, y)}</figure>
                <figure><figcaption>Principal components</figcaption>{Map(images, first, second)}</figure>
                </div><p class="legend">{Legend(images.Classes)}</p>
                """),
            "");
    }

    private static Html Legend(IReadOnlyList<string> classes)
    {
        var named = Html.Each(
            classes.Take(MostNamed).Index(), item => Html.Of($"<span><i class=\"dot {Color(item.Index)}\"></i>{item.Item}</span> "));
        var others = classes.Count - MostNamed;
        return Html.Of($"{named}{(others > 0 ? $" and {others} more classes, in the same colors" : "")}");
    }

    private static Html Map(EmbeddedImages images, float[] x, float[] y)
    {
        var (across, up) = (Scale(x), Scale(y));
        var points = Html.Each(Enumerable.Range(0, images.Labels.Count), i => Point(images, i, across(x[i]), up(y[i])));
        return Html.Of($"""
            <div class="map">{points}</div>
            """);
    }

    /// <param name="images">The images.</param>
    /// <param name="i">Which of them.</param>
    /// <param name="left">From the left, in percent of the map.</param>
    /// <param name="up">From below, in percent of the map.</param>
    private static Html Point(EmbeddedImages images, int i, double left, double up)
    {
        var style = $"left:{left:0.#}%;top:{100 - up:0.#}%;--at:{images.At(i)}";
        var side = left > RightSide ? " w" : "";
        return Html.Of($"<i class=\"{Color(images.Labels[i])}{side}\" style=\"{style}\" title=\"{images.ClassOf(i)}\"></i>");
    }

    private static Func<float, double> Scale(float[] values)
    {
        var (low, high) = (values.Min(), values.Max());
        return value => Margin + ((100 - (2 * Margin)) * (value - low) / Math.Max(high - low, 1e-12));
    }

    private static string Color(int label) => $"k{label % Colors}{(label / Colors % 2 == 1 ? " r" : "")}";
}
