using SslFramework.Host.Experiments;
using SslFramework.Host.Failures;

namespace SslFramework.Host.Reports.Pictures;

/// <summary>Draws everything that needs images and the network.</summary>
internal static class PictureMaker
{
    /// <summary>Pictures of an objective as it is now, after a step. A section that fails is a sentence in its place.</summary>
    public static RunPictures Draw(ExperimentConfig config, ExperimentParts parts, long step)
    {
        var map = Try("Embedding", () => EmbeddingSections.Draw(config, parts));
        var views = Try("Views", () => ViewSections.Views(config, parts));
        var figures = Try(ViewSections.FiguresTitle, () => ViewSections.Figures(config, parts, step));
        return new RunPictures([.. map.Sections, .. views.Sections, .. figures.Sections], map.Style)
        {
            Pictures = [.. views.Pictures, .. figures.Pictures],
            Map = map.Map,
        };
    }

    private static RunPictures Try(string title, Func<RunPictures> draw)
    {
        try
        {
            return draw();
        }
        catch (Exception e)
        {
            return new RunPictures(
                [ReportSection.Missing(title, $"This could not be drawn: {Failure.Explain(e).Sentence} 'ssl report' tries again.")]);
        }
    }
}
