using SslFramework.Core.Pictures;
using SslFramework.Host.Experiments;
using TorchSharp;

namespace SslFramework.Host.Reports.Pictures;

/// <summary>Maps of the test images' features, and nearest neighbours.</summary>
internal static class EmbeddingSections
{
    private const int Kept = 50; // principal components for t-SNE
    private const int Queries = 8;
    private const int Shown = 6;
    private const int Legend = 20;
    private const int ShownSide = 64;
    private const int Colors = 10; // of the page's style; classes beyond are rings, then begin again
    private const double FarRight = 60; // percent of the map, from where a picture opens to the left

    public static RunPictures Draw(ExperimentConfig config, ExperimentParts parts)
    {
        if (config.Evaluation is null)
        {
            return new RunPictures([ReportSection.Missing(
                "Embedding",
                "The experiment names no test images; "
                + "give it an \"evaluation\" with \"test\" and \"transform\", and 'ssl report' draws a map of them.")]);
        }

        var images = EmbeddedImages.Read(config.Evaluation, parts, config.Seed);
        if (images.Features.Count < 3)
        {
            return new RunPictures([ReportSection.Missing(
                "Embedding", "Fewer than three test images could be read; 'ssl data check' tells what is wrong with them.")]);
        }

        using var scope = torch.NewDisposeScope();
        using var gradient = torch.no_grad();
        var values = images.Features.SelectMany(row => row).ToArray();
        var rows = torch.tensor(values, [images.Features.Count, images.Features[0].Length]); // [N, D]
        var similarities = Similarities(rows);
        ReportSection[] sections = [Maps(images, rows), Nearest(images, similarities), ConfusionSection.Of(images, similarities)];
        return new RunPictures(sections, Style(images)) { Map = images };
    }

    /// <summary>The images most alike to one, the nearest first.</summary>
    public static IEnumerable<int> NearestOf(float[][] similarities, int query, int count) => Enumerable.Range(0, similarities.Length)
        .Where(other => other != query)
        .OrderByDescending(other => similarities[query][other])
        .Take(count);

    private static string Style(EmbeddedImages images)
    {
        var rendering = images.Side > ShownSide / 2 ? "auto" : "pixelated";
        var sprite = Convert.ToBase64String(images.Sprite);
        return $".map,.near{{--side:{images.Side}px;--zoom:{ShownSide / images.Side};--render:{rendering};"
            + $"--sprite:url(data:image/webp;base64,{sprite})}}";
    }

    private static ReportSection Maps(EmbeddedImages images, torch.Tensor rows)
    {
        var components = PrincipalComponents.Of(rows, Kept).contiguous(); // [N, K]
        var reduced = components.data<float>().ToArray().Chunk((int)components.shape[1]).ToArray();
        float[] first = [.. reduced.Select(row => row[0])];
        float[] second = [.. reduced.Select(row => row.Length > 1 ? row[1] : 0)];
        var (x, y) = TSne.Map(reduced, [.. first.Zip(second, (one, two) => new[] { one, two })]);
        var (colours, unused) = images.Classes.Count == 0 ? ("", "") : (", coloured by class", " Labels were not used in training.");
        var note = $"{images.Features.Count} test images by their {images.Features[0].Length} features{colours}; "
            + $"the picture of each shows when the pointer rests on it.{unused}";
        var more = images.Classes.Count > Legend ? $" and {images.Classes.Count - Legend} more classes, in the same colours" : "";
        return new ReportSection(
            "Embedding",
            Html.Of($"""
                <p class="note">{note}</p><div class="charts large">
                <figure><figcaption>t-SNE</figcaption>{Map(images, x, y)}</figure>
                <figure><figcaption>Principal components</figcaption>{Map(images, first, second)}</figure>
                </div><p class="legend">{Html.Join(images.Classes.Take(Legend).Select(LegendKey))}{more}</p>
                """),
            "");
    }

    private static Html LegendKey(string name, int label) => Html.Of($"<span><i class=\"dot {Color(label)}\"></i>{name}</span> ");

    private static Html Map(EmbeddedImages images, float[] x, float[] y)
    {
        var (across, up) = (Scale(x), Scale(y));
        return Html.Of($"""
            <div class="map">{Html.Join(Enumerable.Range(0, x.Length).Select(i => Dot(images, i, across(x[i]), up(y[i]))))}</div>
            """);

        // 3 to 97 percent of the map.
        static Func<float, double> Scale(float[] values)
        {
            var (low, high) = (values.Min(), values.Max());
            return value => 3 + (94 * (value - low) / Math.Max(high - low, 1e-12));
        }
    }

    private static Html Dot(EmbeddedImages images, int i, double across, double up)
    {
        var kind = Color(images.Labels[i]) + (across > FarRight ? " w" : "");
        return Html.Of($"""
            <i class="{kind}" style="left:{across:0.#}%;top:{100 - up:0.#}%;--at:{At(images, i)}" title="{images.NameOf(i)}"></i>
            """);
    }

    private static ReportSection Nearest(EmbeddedImages images, float[][] similarities)
    {
        var count = images.Features.Count;
        int[] queries = [.. Enumerable.Range(0, count).DistinctBy(i => images.Labels[i]).Take(Queries)];
        queries = [.. queries, .. Enumerable.Range(0, count).Except(queries).Take(Queries - queries.Length)];
        var note = images.Classes.Count > 0
            ? "On the left an image of each of some classes, then those of the map that are most alike by cosine similarity. "
                + "Green: the same class; red: another."
            : "On the left some images, then those of the map that are most alike by cosine similarity.";
        return new ReportSection(
            "Nearest neighbours",
            Html.Of($"""
                <p class="note">{note}</p>
                <div class="wide"><table class="near">{Html.Join(queries.Select(Row))}</table></div>
                """),
            "");

        Html Row(int query)
        {
            var neighbours = NearestOf(similarities, query, Shown).Select(near => Thumb(images, near, Kind(query, near)));
            return Html.Of($"<tr>{Html.Join(neighbours.Prepend(Thumb(images, query, "")))}</tr>");
        }

        string Kind(int query, int near) =>
            images.Classes.Count == 0 ? "" : images.Labels[near] == images.Labels[query] ? "yes" : "no";
    }

    private static Html Thumb(EmbeddedImages images, int i, string kind)
    {
        var name = images.NameOf(i);
        return Html.Of($"""
            <td><i class="thumb {kind}" style="--at:{At(images, i)}"></i><span title="{name}">{name}</span></td>
            """);
    }

    private static float[][] Similarities(torch.Tensor rows)
    {
        var unit = torch.nn.functional.normalize(rows, dim: 1);
        return [.. unit.mm(unit.t()).contiguous().data<float>().ToArray().Chunk((int)rows.shape[0])];
    }

    private static string Color(int label) => $"k{label % Colors}{(label / Colors % 2 == 1 ? " r" : "")}";

    private static string At(EmbeddedImages images, int i) =>
        $"-{i % EmbeddedImages.PerRow * images.Side}px -{i / EmbeddedImages.PerRow * images.Side}px";
}
