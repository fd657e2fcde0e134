using SslFramework.Host.Failures;
using SslFramework.Host.Reports;
using SslFramework.Host.Reports.Pictures;
using SslFramework.Host.Runs;
using SslFramework.Host.Runs.TensorBoard;

namespace SslFramework.Host.Training;

/// <summary>The report at the end of a start, if one was asked for. A run is worth no less without: what goes wrong is a warning.</summary>
internal sealed class FinalReport(RunFolder run, StartOptions options)
{
    /// <summary>Writes a report without pictures, which says how to draw them.</summary>
    /// <param name="reason">Why there are none, as a clause that begins a sentence.</param>
    public void WriteWithoutPictures(string reason) =>
        Write(() => RunPictures.None($"{reason}; ssl report {run.Path} draws them from the last checkpoint."));

    /// <summary>Writes the report, and gives its pictures to TensorBoard too.</summary>
    /// <param name="step">Steps done.</param>
    /// <param name="draw">Draws the pictures.</param>
    public void Write(long step, Func<RunPictures> draw) => Write(() =>
    {
        var pictures = draw();
        using var events = new EventFile(run.Path, TimeProvider.System, run.Journal.Warn);
        events.Add(step, pictures.Pictures);
        if (pictures.Map is { } map)
        {
            Projector.Write(run.Path, map);
        }

        return pictures;
    });

    private void Write(Func<RunPictures> pictures)
    {
        if (!options.Report)
        {
            return;
        }

        try
        {
            string file;
            using (options.Messages.Working("drawing the report"))
            {
                file = RunReport.Write(run.Path, pictures());
            }

            options.Messages.Note($"The report is {file}");
        }
        catch (Exception e)
        {
            run.Journal.Warn($"The report could not be written: {Failure.Explain(e).Sentence}");
        }
    }
}
