using SslFramework.Host.Configuration;
using SslFramework.Host.Experiments;
using SslFramework.Host.Plans;
using SslFramework.Host.Plugins;
using SslFramework.Host.Training;

namespace SslFramework.Host.Sweeps;

/// <summary>
/// Opens what a sweep needs before its first point is trained: once for points that share images, evaluation and monitor, because a
/// grid may have thousands of points.
/// </summary>
internal static class SweepPreflight
{
    /// <summary>
    /// Looks at every point's files, opens all images and evaluators, and takes a step of the first point on made images.
    /// </summary>
    /// <exception cref="ExperimentException">Everything that is wrong, a sentence each, with the point that it is wrong in.</exception>
    public static void Check(SweepPlan plan, Installation installation)
    {
        var problems = new List<(FailureKind Kind, string Sentence)>();
        foreach (var point in plan.Points.DistinctBy(point => Needs(point.Experiment, installation)).Select(point => point.Experiment))
        {
            try
            {
                using var parts = Preflight.Build(point, installation);
                if (point == plan.Points[0].Experiment)
                {
                    TrialStep.Take(point, parts);
                }
            }
            catch (ExperimentException e)
            {
                problems.AddRange(e.Sentences.Select(sentence => (e.Kind, $"{point.Name}: {sentence}")));
            }
        }

        if (problems.Count > 0)
        {
            throw new ExperimentException(problems[0].Kind, [.. problems.Select(problem => problem.Sentence)]);
        }
    }

    /// <summary>Equal for points that need the same to be there.</summary>
    private static string Needs(ExperimentConfig experiment, Installation installation)
    {
        object?[] shared = [experiment.Data, experiment.Evaluation, experiment.Monitor, experiment.Transfers];
        var written = shared.Select(part => OptionsWriter.Write(part)?.ToJsonString() ?? "");
        return string.Join('\n', written.Concat(new NamedPaths(installation.Components).Missing(experiment)));
    }
}
