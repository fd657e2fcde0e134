using SslFramework.Core.Weights;
using SslFramework.Engine.Weights;
using SslFramework.Host.Configuration;
using SslFramework.Host.Evaluation;

namespace SslFramework.Host.Comparison;

/// <summary>Results that are about the weights that a run has now: it may have been trained on after others were measured.</summary>
internal static class CurrentResults
{
    /// <summary>Those of baselines, and those whose weights are in the run's backbone.safetensors; all where that cannot be read.</summary>
    public static IReadOnlyList<SubjectResult> Of(string folder, IReadOnlyList<SubjectResult> results) =>
        results.Any(IsTrained) && HashOf(Path.Combine(folder, RunFiles.Backbone)) is { } hash
            ? [.. results.Where(result => !IsTrained(result) || result.Backbone is null || result.Backbone == hash)]
            : results;

    private static bool IsTrained(SubjectResult? result) => result?.Subject == EvaluatedRun.Trained;

    private static string? HashOf(string file)
    {
        try
        {
            using var weights = SafeTensors.Read(file);
            return WeightHash.Of(weights.Tensors);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ExperimentException)
        {
            return null;
        }
    }
}
