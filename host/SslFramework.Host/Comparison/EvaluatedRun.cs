using System.Text.Json;
using System.Text.Json.Nodes;
using SslFramework.Host.Configuration;
using SslFramework.Host.Evaluation;
using SslFramework.Host.Runs;

namespace SslFramework.Host.Comparison;

/// <summary>A run that was evaluated, as its folder tells.</summary>
/// <param name="Name">The folder's name.</param>
/// <param name="Seconds">Of training.</param>
/// <param name="Results">All numbers of the weights that the run has now, those of later evaluations too.</param>
/// <param name="Protocols">How they were measured, by hash.</param>
internal sealed record EvaluatedRun(
    string Name, double Seconds, IReadOnlyList<SubjectResult> Results, IReadOnlyDictionary<string, JsonNode?> Protocols)
{
    /// <summary>The subject that is no baseline.</summary>
    public const string Trained = "trained";

    private static readonly IReadOnlyDictionary<string, JsonNode?> NoProtocols = new Dictionary<string, JsonNode?>();

    /// <summary>Why a folder cannot be compared, and what to do; null where it holds a run that was evaluated.</summary>
    public static string? Obstacle(string folder)
    {
        if (File.Exists(Path.Combine(folder, RunFiles.Evaluation)) && File.Exists(Path.Combine(folder, RunFiles.Status)))
        {
            return null;
        }

        if (File.Exists(Path.Combine(folder, RunFiles.Status)))
        {
            return $"The run '{folder}' was not evaluated ({RunFolder.ReadStatus(folder)?.Status}); "
                + "train it to the end first, with an \"evaluation\" in its experiment.";
        }

        if (!Directory.Exists(folder))
        {
            return $"There is no folder '{folder}'; {NearestPath.Hint(folder, "name the folders of runs, as in 'ssl compare runs/*'.")}";
        }

        var all = $"{Path.TrimEndingDirectorySeparator(folder)}/*";
        return RunFolder.FirstIn(folder) is not null
            ? $"'{folder}' is a folder of runs; compare those in it: 'ssl compare {all}'."
            : $"'{folder}' is not the folder of a run, which would hold run.json; name folders that 'ssl train' wrote.";
    }

    /// <summary>Reads a run folder: <c>evaluation.json</c> and every <c>evaluation-NAME.json</c> beside it.</summary>
    /// <exception cref="ExperimentException">It is none, or the run was not evaluated.</exception>
    public static EvaluatedRun Read(string folder)
    {
        if (Obstacle(folder) is { } obstacle)
        {
            throw new ExperimentException(FailureKind.Data, obstacle);
        }

        try
        {
            var status = Json.Read<RunStatus>(File.ReadAllBytes(Path.Combine(folder, RunFiles.Status)));
            var named = Directory.EnumerateFiles(folder, "evaluation-*.json").Order(StringComparer.Ordinal);
            string[] files = [Path.Combine(folder, "evaluation.json"), .. named];
            var evaluations = files.Select(file => Json.Read<StoredEvaluation>(File.ReadAllBytes(file))).ToArray();
            return new(
                Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)),
                status.TrainingSeconds,
                CurrentResults.Of(folder, [.. evaluations.SelectMany(evaluation => evaluation.Results)]),
                evaluations.SelectMany(evaluation => evaluation.Protocols ?? NoProtocols).DistinctBy(p => p.Key).ToDictionary());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new ExperimentException(FailureKind.Data, $"The results in '{folder}' cannot be read: {e.Message}", e);
        }
    }
}
