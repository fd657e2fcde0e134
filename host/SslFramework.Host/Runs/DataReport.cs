using System.Text.Json;
using SslFramework.Core.Data;

namespace SslFramework.Host.Runs;

/// <summary>Keeps data-report.json: the images that could not be used, over all starts of a run.</summary>
public sealed class DataReport
{
    private readonly RunFolder run;
    private readonly BadImages images;
    private readonly int count;
    private readonly Dictionary<int, BadImage> known;
    private int told;

    /// <summary>Goes on with the report of the run so far.</summary>
    public DataReport(RunFolder run, BadImages images, int count)
    {
        (this.run, this.images, this.count) = (run, images, count);
        known = Earlier(run.DataReport).ToDictionary(bad => bad.Index);
        Write();
    }

    /// <summary>Writes what has been found since; the first time, it is told.</summary>
    public void Update()
    {
        if (images.Count == told)
        {
            return;
        }

        if (told == 0)
        {
            run.Journal.Warn($"An image cannot be used; others are shown in the place of such ones, and {run.DataReport} lists them. {images.List()[0].Reason}");
        }

        told = images.Count;
        Write();
    }

    private void Write()
    {
        foreach (var bad in images.List())
        {
            known[bad.Index] = bad;
        }

        try
        {
            run.WriteJson(Path.GetFileName(run.DataReport), new Content(count, ImageDecoder.JpegDecoder, [.. known.Values.OrderBy(bad => bad.Index)]));
        }
        catch (ExperimentException e) when (e.ExitCode == ExitCode.Storage)
        {
            run.Journal.Warn(e.Message); // no reason to stop training
        }
    }

    private static IReadOnlyList<BadImage> Earlier(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<Content>(File.ReadAllBytes(file), JsonSerializerOptions.Web)?.Bad ?? [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return []; // a new run
        }
    }

    private sealed record Content(int Images, string JpegDecoder, IReadOnlyList<BadImage> Bad);
}
