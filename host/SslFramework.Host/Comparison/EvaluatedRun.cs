using System.Text.Json;
using System.Text.Json.Nodes;
using SslFramework.Host.Evaluation;
using SslFramework.Host.Runs;

namespace SslFramework.Host.Comparison;

/// <summary>A run that was evaluated, as its folder tells.</summary>
/// <param name="Name">The folder's name.</param>
/// <param name="Seconds">Of training.</param>
/// <param name="Results">All numbers, those of later evaluations too.</param>
/// <param name="Protocols">How they were measured, by hash.</param>
public sealed record EvaluatedRun(
    string Name, double Seconds, IReadOnlyList<SubjectResult> Results, IReadOnlyDictionary<string, JsonNode> Protocols)
{
    /// <summary>The subject that is no baseline.</summary>
    public const string Trained = "trained";

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    /// <summary>Reads a run folder: <c>evaluation.json</c> and every <c>evaluation-NAME.json</c> beside it.</summary>
    /// <exception cref="ExperimentException">It is none, or the run was not evaluated.</exception>
    public static EvaluatedRun Read(string folder)
    {
        try
        {
            var status = JsonSerializer.Deserialize<RunStatus>(File.ReadAllBytes(Path.Combine(folder, "run.json")), Options)!;
            string[] files = [Path.Combine(folder, "evaluation.json"), .. Directory.EnumerateFiles(folder, "evaluation-*.json").Order(StringComparer.Ordinal)];
            var evaluations = files.Select(file => JsonSerializer.Deserialize<EvaluationFile>(File.ReadAllBytes(file), Options)!).ToArray();
            return new(
                Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)),
                status.TrainingSeconds,
                [.. evaluations.SelectMany(evaluation => evaluation.Results)],
                evaluations.SelectMany(evaluation => evaluation.Protocols ?? []).DistinctBy(p => p.Key).ToDictionary());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new ExperimentException(ExitCode.Data, $"{folder} is not the folder of a run that was evaluated ({e.Message}); train it to the end first.", e);
        }
    }

    private sealed record EvaluationFile(SubjectResult[] Results, Dictionary<string, JsonNode>? Protocols);
}
