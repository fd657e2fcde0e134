using SslFramework.Engine.Pictures;
using SslFramework.Host.Experiments;
using TorchSharp;

namespace SslFramework.Host.Reports.Pictures;

/// <summary>Maps of the test images' features, nearest neighbours, and which classes are taken for which.</summary>
internal static class EmbeddingSections
{
    private const int Kept = 50; // principal components for t-SNE
    private const int Neighbours = 20;
    private const int Queries = 8;
    private const int Shown = 6;
    private const int LargestMatrix = 30;
    private const int Legend = 20;
    private const int ShownSide = 64;

    private const int Colors = 10; // of the page's style; classes beyond are rings, then begin again
    private const int LongName = 3;

    public static RunPictures Draw(ExperimentConfig config, ExperimentParts parts)
    {
        if (config.Evaluation is null)
        {
            return new RunPictures([ReportSection.Missing(
                "Embedding", "The experiment names no test images; give it an \"evaluation\" with \"test\" and \"transform\", and 'ssl report' draws a map of them.")]);
        }

        var images = EmbeddedImages.Read(config.Evaluation, parts, config.Seed);
        if (images.Features.Count < 3)
        {
            return new RunPictures([ReportSection.Missing("Embedding", "Fewer than three test images could be read; 'ssl data check' tells what is wrong with them.")]);
        }

        using var scope = torch.NewDisposeScope();
        using var gradient = torch.no_grad();
        var rows = torch.tensor(images.Features.SelectMany(row => row).ToArray(), [images.Features.Count, images.Features[0].Length]); // [N, D]
        var similarities = Similarities(rows);
        var style = $".map,.near{{--side:{images.Side}px;--zoom:{ShownSide / images.Side};--render:{(images.Side > ShownSide / 2 ? "auto" : "pixelated")};--sprite:url(data:image/webp;base64,{Convert.ToBase64String(images.Sprite)})}}";
        return new RunPictures([Maps(images, rows), Nearest(images, similarities), Confusion(images, similarities)], style) { Map = images };
    }

    private static ReportSection Maps(EmbeddedImages images, torch.Tensor rows)
    {
        var components = PrincipalComponents.Of(rows, Kept).contiguous(); // [N, K]
        var reduced = components.data<float>().ToArray().Chunk((int)components.shape[1]).ToArray();
        var (x, y) = TSne.Map(reduced, [.. reduced.Select(row => new[] { row[0], row.Length > 1 ? row[1] : 0 })]);
        var note = $"{images.Features.Count} test images by their {images.Features[0].Length} features{(images.Classes.Count > 0 ? ", coloured by class" : "")}; the picture of each shows when the pointer rests on it.{(images.Classes.Count > 0 ? " Labels were not used in training." : "")}";
        return new ReportSection(
            "Embedding",
            Html.Of($"""
                <p class="note">{note}</p><div class="charts large">
                <figure><figcaption>t-SNE</figcaption>{Map(images, x, y)}</figure>
                <figure><figcaption>Principal components</figcaption>{Map(images, [.. reduced.Select(r => r[0])], [.. reduced.Select(r => r.Length > 1 ? r[1] : 0)])}</figure>
                </div><p class="legend">{Html.Join(images.Classes.Take(Legend).Select((name, c) => Html.Of($"<span><i class=\"dot {Color(c)}\"></i>{name}</span> ")))}{(images.Classes.Count > Legend ? $" and {images.Classes.Count - Legend} more classes, in the same colours" : "")}</p>
                """),
            "");
    }

    private static Html Map(EmbeddedImages images, float[] x, float[] y)
    {
        var (across, up) = (Scale(x), Scale(y));
        return Html.Of($"""
            <div class="map">{Html.Join(images.Labels.Select((label, i) => Html.Of(
                $"<i class=\"{Color(label)}{(across(x[i]) > 60 ? " w" : "")}\" style=\"left:{across(x[i]):0.#}%;top:{100 - up(y[i]):0.#}%;--at:{At(images, i)}\" title=\"{Name(images, label)}\"></i>")))}</div>
            """);

        // 3 to 97 percent of the map.
        static Func<float, double> Scale(float[] values)
        {
            var (low, high) = (values.Min(), values.Max());
            return value => 3 + (94 * (value - low) / Math.Max(high - low, 1e-12));
        }
    }

    private static ReportSection Nearest(EmbeddedImages images, float[][] similarities)
    {
        var count = images.Features.Count;
        int[] queries = [.. Enumerable.Range(0, count).DistinctBy(i => images.Labels[i]).Take(Queries)];
        queries = [.. queries, .. Enumerable.Range(0, count).Except(queries).Take(Queries - queries.Length)];
        return new ReportSection(
            "Nearest neighbours",
            Html.Of($"""
                <p class="note">{(images.Classes.Count > 0 ? "On the left an image of each of some classes, then those of the map that are most alike by cosine similarity. Green: the same class; red: another." : "On the left some images, then those of the map that are most alike by cosine similarity.")}</p>
                <div class="wide"><table class="near">{Html.Join(queries.Select(query => Html.Of($"<tr>{Thumb(query, "")}{Html.Join(NearestOf(similarities, query, Shown).Select(near => Thumb(near, images.Classes.Count == 0 ? "" : images.Labels[near] == images.Labels[query] ? "yes" : "no")))}</tr>")))}</table></div>
                """),
            "");

        Html Thumb(int i, string kind) => Html.Of($"<td><i class=\"thumb {kind}\" style=\"--at:{At(images, i)}\"></i><span title=\"{Name(images, images.Labels[i])}\">{Name(images, images.Labels[i])}</span></td>");
    }

    private static ReportSection Confusion(EmbeddedImages images, float[][] similarities)
    {
        const string Title = "Confusion";
        var classes = images.Classes.Count;
        if (classes is < 2 or > LargestMatrix)
        {
            return ReportSection.Missing(Title, classes < 2
                ? "The test images have no classes; name a file of labels in \"evaluation\", and 'ssl report' shows which are taken for which."
                : $"{classes} classes are too many for a table; 'ssl evaluate' measures them.");
        }

        var table = new int[classes, classes];
        var right = 0;
        for (var i = 0; i < images.Labels.Count; i++)
        {
            var votes = new double[classes];
            foreach (var near in NearestOf(similarities, i, Neighbours))
            {
                votes[images.Labels[near]] += Math.Exp(similarities[i][near] / 0.07); // as the kNN evaluator's
            }

            var guess = Array.IndexOf(votes, votes.Max());
            table[images.Labels[i], guess]++;
            right += guess == images.Labels[i] ? 1 : 0;
        }

        var note = $"Each image of the map by the vote of its {Neighbours} nearest among the others, without the training images: {100.0 * right / images.Labels.Count:F1} % right. Rows are true classes, columns guesses.";
        return new ReportSection(
            Title,
            Html.Of($"""
                <p class="note">{note}</p><div class="wide"><table class="confusion{(images.Classes.Any(name => name.Length > LongName) ? " tall" : "")}"><thead><tr><td></td>{Html.Join(images.Classes.Select(name => Html.Of($"<th title=\"{name}\">{name}</th>")))}</tr></thead><tbody>
                {Html.Join(Enumerable.Range(0, classes).Select(row => Html.Of($"<tr><th title=\"{images.Classes[row]}\">{images.Classes[row]}</th>{Html.Join(Enumerable.Range(0, classes).Select(column => Cell(row, column)))}</tr>")))}
                </tbody></table></div>
                """),
            $"{note}\n\n{MarkdownText.Table(["true class", .. images.Classes], Enumerable.Range(0, classes).Select(row => (string[])[images.Classes[row], .. Enumerable.Range(0, classes).Select(column => $"{table[row, column]}")]))}");

        Html Cell(int row, int column)
        {
            var all = Math.Max(1, Enumerable.Range(0, classes).Sum(other => table[row, other]));
            return Html.Of($"<td{new Html(row == column ? " class=\"own\"" : "")} style=\"--a:{0.5 * table[row, column] / all:0.##}\">{table[row, column]}</td>");
        }
    }

    private static IEnumerable<int> NearestOf(float[][] similarities, int query, int count) =>
        Enumerable.Range(0, similarities.Length).Where(other => other != query).OrderByDescending(other => similarities[query][other]).Take(count);

    private static float[][] Similarities(torch.Tensor rows)
    {
        var unit = torch.nn.functional.normalize(rows, dim: 1);
        return [.. unit.mm(unit.t()).contiguous().data<float>().ToArray().Chunk((int)rows.shape[0])];
    }

    private static string Name(EmbeddedImages images, int label) => label < images.Classes.Count ? images.Classes[label] : "";

    private static string Color(int label) => $"k{label % Colors}{(label / Colors % 2 == 1 ? " r" : "")}";

    private static string At(EmbeddedImages images, int i) => $"-{i % EmbeddedImages.PerRow * images.Side}px -{i / EmbeddedImages.PerRow * images.Side}px";
}
