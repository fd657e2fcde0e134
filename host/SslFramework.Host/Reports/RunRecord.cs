using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SslFramework.Engine.Training;
using SslFramework.Host.Comparison;
using SslFramework.Host.Configuration;
using SslFramework.Host.Evaluation;
using SslFramework.Host.Runs;

namespace SslFramework.Host.Reports;

/// <summary>
/// What the files of a run's folder say, while it runs, after it ended and after a crash. What is damaged or missing is empty.
/// </summary>
internal sealed record RunRecord
{
    private const int LargestPicture = 1 << 23; // 8 MiB

    private static ReadOnlySpan<byte> PngSignature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>The folder.</summary>
    public required string Folder { get; init; }

    /// <summary>run.json.</summary>
    public required RunStatus Status { get; init; }

    /// <summary>experiment.json.</summary>
    public required JsonNode? Experiment { get; init; }

    /// <summary>origins.json.</summary>
    public required IReadOnlyDictionary<string, string> Origins { get; init; }

    /// <summary>Each number of metrics.jsonl, over epochs.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<ChartPoint>> Metrics { get; init; }

    /// <summary>Each number of timing.jsonl, over steps.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<ChartPoint>> Timing { get; init; }

    /// <summary>incidents.jsonl.</summary>
    public required IReadOnlyList<Incident> Incidents { get; init; }

    /// <summary>journal.md, a line each.</summary>
    public required IReadOnlyList<string> Journal { get; init; }

    /// <summary>All numbers of evaluation.json and every evaluation-NAME.json that are about the weights that the run has now.</summary>
    public required IReadOnlyList<SubjectResult> Results { get; init; }

    /// <summary>What evaluators drew of these weights, with the pictures that are there.</summary>
    public required IReadOnlyList<SubjectFigure> Figures { get; init; }

    /// <summary>The curves that evaluators measured of these weights.</summary>
    public required IReadOnlyList<SubjectChart> Charts { get; init; }

    /// <summary>Images that could not be used, a sentence each.</summary>
    public required IReadOnlyList<string> BadImages { get; init; }

    /// <summary>The folder's name.</summary>
    public string Name => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(Folder)));

    /// <summary>Reads a folder.</summary>
    /// <exception cref="ExperimentException">It is not that of a run.</exception>
    public static RunRecord Read(string folder)
    {
        if (!File.Exists(In(RunFiles.Experiment)))
        {
            throw new ExperimentException(FailureKind.Usage, !Path.Exists(folder)
                ? $"There is no run '{folder}'; {NearestPath.Hint(folder, "name the folder of one, such as runs/quickstart.")}"
                : Directory.Exists(folder) && RunFolder.FirstIn(folder) is { } run
                ? $"'{folder}' is a folder of runs; name one of them, such as '{run}'."
                : $"'{folder}' is not the folder of a run, which would hold experiment.json; name one, such as runs/quickstart.");
        }

        var lines = Lines(RunFiles.Metrics);
        var stored = Evaluations().Select(file => (File: In(file), Content: Stored<StoredEvaluation>(file))).ToList();
        var results = CurrentResults.Of(folder, [.. stored.SelectMany(evaluation => evaluation.Content?.Results ?? [])]);
        return new RunRecord
        {
            Folder = folder,
            Status = Stored<RunStatus>(RunFiles.Status) ?? new RunStatus { Status = "unknown", Reason = "run.json is missing or damaged" },
            Experiment = Stored<JsonNode>(RunFiles.Experiment),
            Origins = Stored<Dictionary<string, string?>>(RunFiles.Origins)?.Where(origin => origin.Value is not null)
                .ToDictionary(origin => origin.Key, origin => origin.Value!) ?? [],
            Metrics = Curves(lines, "epoch"),
            Timing = Curves(Lines(RunFiles.Timing), "step"),
            Incidents = [.. Lines(RunFiles.Incidents).Select(line => Try(() => line.Deserialize<Incident>(Json.Line))).OfType<Incident>()],
            Journal = [.. Text(RunFiles.Journal).Split('\n').Where(line => line.StartsWith("- ", StringComparison.Ordinal))
                .Select(line => line[2..])],
            Results = results,
            Figures = [.. stored.SelectMany(evaluation => (evaluation.Content?.Figures ?? []).Select(figure =>
                figure with { Picture = PngOf(figure.In(evaluation.File)) }))
                .Where(figure => figure.Picture.Length > 0 && IsCurrent(figure.Evaluator, figure.Subject, figure.Backbone))],
            Charts = [.. stored.SelectMany(evaluation => evaluation.Content?.Charts ?? [])
                .Where(chart => IsCurrent(chart.Evaluator, chart.Subject, chart.Backbone))],
            BadImages = [.. Stored<BadImageList>(RunFiles.DataReport)?.Bad.OfType<BadImageLine>().Select(bad => bad.Reason) ?? []],
        };

        bool IsCurrent(string evaluator, string subject, string? weights) =>
            results.Any(result => (result.Evaluator, result.Subject, result.Backbone) == (evaluator, subject, weights));

        string In(string file) => Path.Combine(folder, file);

        string Text(string file)
        {
            try
            {
                using var stream = new FileStream(In(file), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                using var reader = new StreamReader(stream);
                return reader.ReadToEnd();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return "";
            }
        }

        T? Stored<T>(string file) => Try(() => Json.Read<T>(Encoding.UTF8.GetBytes(Text(file))));

        // Half a line is one that is being written.
        JsonElement[] Lines(string file) =>
            [.. Text(file).Split('\n').Select(line => Try(() => (JsonElement?)JsonSerializer.Deserialize<JsonElement>(line)))
                .OfType<JsonElement>().Where(line => line.ValueKind == JsonValueKind.Object)];

        IEnumerable<string> Evaluations() => new[] { RunFiles.Evaluation }.Concat(
            Directory.EnumerateFiles(folder, "evaluation-*.json").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
    }

    /// <summary>The content of a PNG file; nothing if it is none, or too large for a page.</summary>
    private static byte[] PngOf(string file)
    {
        try
        {
            return new FileInfo(file) is { Exists: true, Length: <= LargestPicture } && File.ReadAllBytes(file) is var content
                && content.AsSpan().StartsWith(PngSignature) ? content : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static IEnumerable<(string Name, double Value)> NumbersOf(JsonElement line) => line.EnumerateObject()
        .Where(member => member.Value.ValueKind == JsonValueKind.Number)
        .Select(member => (member.Name, Value: member.Value.GetDouble()))
        .Where(number => float.IsFinite((float)number.Value));

    private static Dictionary<string, IReadOnlyList<ChartPoint>> Curves(IEnumerable<JsonElement> lines, string over)
    {
        var curves = new Dictionary<string, IReadOnlyList<ChartPoint>>();
        foreach (var line in lines)
        {
            var numbers = Try(() => NumbersOf(line).ToList()) ?? [];
            if (numbers.FindLastIndex(number => number.Name == over) is var place && place < 0)
            {
                continue;
            }

            foreach (var (name, value) in numbers.Where(number => number.Name is not ("step" or "epoch")))
            {
                if (!curves.TryGetValue(name, out var points))
                {
                    curves[name] = points = new List<ChartPoint>();
                }

                ((List<ChartPoint>)points).Add(new ChartPoint(numbers[place].Value, value));
            }
        }

        return curves;
    }

    private static T? Try<T>(Func<T?> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // half a surrogate pair is no text
        {
            return default;
        }
    }

    private sealed record BadImageList(BadImageLine?[] Bad);

    private sealed record BadImageLine(int Index, string Reason);
}
