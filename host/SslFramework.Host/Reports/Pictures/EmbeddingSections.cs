using SslFramework.Host.Experiments;
using TorchSharp;

namespace SslFramework.Host.Reports.Pictures;

/// <summary>Maps of the test images' features, nearest neighbors, and which classes are taken for which.</summary>
internal static class EmbeddingSections
{
    private const string Title = "Embedding";
    private const int Fewest = 3;
    private const int ShownSide = 64; // pixels

    /// <summary>Draws them.</summary>
    public static RunPictures Draw(ExperimentConfig config, ExperimentParts parts)
    {
        if (config.Evaluation is null)
        {
            return Missing(
                "The experiment names no test images; "
                + "give it an \"evaluation\" with \"test\" and \"transform\", and 'ssl report' draws a map of them.");
        }

        var images = EmbeddedImages.Read(config.Evaluation, parts, config.Seed);
        if (images.Features.Count < Fewest)
        {
            return Missing("Fewer than three test images could be read; 'ssl data check' tells what is wrong with them.");
        }

        using var scope = torch.NewDisposeScope();
        using var gradient = torch.no_grad();
        var (count, length) = (images.Features.Count, images.Features[0].Length);
        var rows = torch.tensor(images.Features.SelectMany(row => row).ToArray(), [count, length]); // [N, D]
        var similarities = Similarities.Of(rows);
        ReportSection[] sections =
        [
            EmbeddingMaps.Draw(images, rows), NeighborTable.Draw(images, similarities), ConfusionTable.Draw(images, similarities),
        ];
        return new RunPictures(sections, Style(images)) { Map = images };
    }

    private static RunPictures Missing(string sentence) => new([ReportSection.Missing(Title, sentence)]);

    /// <summary>All thumbnails are one picture, of which each element shows a part.</summary>
    private static string Style(EmbeddedImages images)
    {
        var rendering = images.Side > ShownSide / 2 ? "auto" : "pixelated";
        var sprite = Convert.ToBase64String(images.Sprite);
        return $".map,.near{{--side:{images.Side}px;--zoom:{ShownSide / images.Side};--render:{rendering};"
            + $"--sprite:url(data:image/webp;base64,{sprite})}}";
    }
}
