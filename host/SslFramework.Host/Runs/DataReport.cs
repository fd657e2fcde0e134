using System.Text.Json;
using SslFramework.Core.Data.Decoding;
using SslFramework.Core.Distributed;
using SslFramework.Engine.Data;
using SslFramework.Engine.Data.Sources;
using SslFramework.Host.Configuration;
using TorchSharp;

namespace SslFramework.Host.Runs;

/// <summary>Keeps data-report.json: the images that could not be used, over all starts of a run.</summary>
internal sealed class DataReport
{
    private readonly RunFolder run;
    private readonly BadImages images;
    private readonly IDataSource source;
    private readonly Dictionary<int, BadImage> known;
    private int told;
    private long shared;

    /// <summary>Goes on with the report of the run so far.</summary>
    public DataReport(RunFolder run, BadImages images, IDataSource source)
    {
        (this.run, this.images, this.source) = (run, images, source);
        known = Earlier(run.DataReport).DistinctBy(bad => bad.Index).ToDictionary(bad => bad.Index);
        Write();
        if (source is SeedPatchSource { Bad: [var first, ..] left })
        {
            run.Journal.Warn(
                $"{left.Count} of the images that seeds are picked from cannot be used, and give none; "
                + $"{run.DataReport} lists them. {first.Reason}");
        }
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
            run.Journal.Warn(
                "An image cannot be used; others are shown in the place of such ones, "
                + $"and {run.DataReport} lists them. {images.List()[0].Reason}");
        }

        told = images.Count;
        Write();
    }

    /// <summary>Looks at the images that other processes have found bad, so that every process knows all.</summary>
    public void Share(IProcessGroup group)
    {
        if (group.Count == 1)
        {
            return;
        }

        using var scope = torch.NewDisposeScope();
        var counts = Gather([images.Count]);
        if (counts.Sum() == shared)
        {
            return;
        }

        var own = images.List().Select(bad => (long)bad.Index).ToArray();
        var buffer = new PixelBuffer();
        var found = Gather([.. own, .. Enumerable.Repeat(-1L, (int)counts.Max() - own.Length)]);
        foreach (var index in found.Where(index => index >= 0).Except(own).ToArray())
        {
            images.TryRead((int)index, buffer);
        }

        shared = Gather([images.Count]).Sum();

        long[] Gather(long[] values)
        {
            var all = torch.empty([group.Count * values.Length], torch.int64);
            group.Gather(torch.tensor(values), all);
            return all.data<long>().ToArray();
        }
    }

    private void Write()
    {
        foreach (var bad in images.List())
        {
            known[bad.Index] = bad;
        }

        try
        {
            var all = known.Values.OrderBy(bad => bad.Index);
            var content = new Content(source.Count, ImageDecoder.JpegDecoder, [.. all], (source as SeedPatchSource)?.Bad);
            run.WriteJson(Path.GetFileName(run.DataReport), content);
        }
        catch (ExperimentException e) when (e.Kind == FailureKind.Storage)
        {
            run.Journal.Warn(e.Message); // no reason to stop training
        }
    }

    private static IReadOnlyList<BadImage> Earlier(string file)
    {
        try
        {
            return [.. Json.Read<Content>(File.ReadAllBytes(file)).Bad.Where(bad => bad is not null)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return []; // a new run
        }
    }

    private sealed record Content(int Images, string JpegDecoder, IReadOnlyList<BadImage> Bad, IReadOnlyList<BadImage>? BadInSource = null);
}
