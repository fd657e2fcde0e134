using SslFramework.Core.Distributed;
using SslFramework.Core.Evaluation.Features;
using SslFramework.Engine.Training;
using SslFramework.Host.Evaluation;
using SslFramework.Host.Experiments;

namespace SslFramework.Host.Training;

/// <summary>
/// Measures the backbone every few epochs, between two steps: evaluators leave it as it was, and each step seeds its own chance, so
/// that a run with a monitor equals one without to the last bit.
/// </summary>
internal sealed class TrainingMonitor
{
    /// <summary>What its keys begin with.</summary>
    public const string Place = "monitor.";

    private readonly EvaluationRunner runner;
    private readonly IBackbone backbone;
    private readonly long stepsPerEpoch;
    private readonly int every;

    private TrainingMonitor(EvaluationRunner runner, IBackbone backbone, long stepsPerEpoch, int every) =>
        (this.runner, this.backbone, this.stepsPerEpoch, this.every) = (runner, backbone, stepsPerEpoch, every);

    /// <summary>Opens the images of the experiment's monitor; null if it has none.</summary>
    /// <exception cref="ExperimentException">It is not said what to measure on, or the images have no labels.</exception>
    public static TrainingMonitor? Open(ExperimentParts parts, long stepsPerEpoch, IProcessGroup group)
    {
        if (parts.Config.Monitor is not { } config)
        {
            return null;
        }

        var context = EvaluationContext.Of(parts, group) with { Place = Place };
        var runner = new EvaluationRunner(context, EvaluationOf(config, parts.Config.Evaluation));
        return new(runner, parts.Backbone, stepsPerEpoch, config.Every);
    }

    /// <summary>What is measured: the monitor's own keys, and the evaluation's where they are absent.</summary>
    /// <exception cref="ExperimentException">It is not said what to measure on.</exception>
    public static EvaluationConfig EvaluationOf(MonitorConfig config, EvaluationConfig? evaluation) => new()
    {
        Train = config.Train ?? evaluation?.Train,
        Test = config.Test ?? evaluation?.Test ?? throw Missing("test"),
        Transform = config.Transform ?? evaluation?.Transform ?? throw Missing("transform"),
        Evaluators = config.Evaluators,
        FeatureMegabytes = evaluation?.FeatureMegabytes,
    };

    /// <summary>
    /// The score to watch: the first number of the last measurement of which higher is better; null before, and if there is none.
    /// </summary>
    public string? Score { get; private set; }

    /// <summary>The numbers after a step, where it ends an epoch whose turn it is; else null.</summary>
    public StepMetrics? After(long step)
    {
        if (step % (stepsPerEpoch * every) != 0)
        {
            return null;
        }

        // Of an evaluator that is named twice, the first counts.
        var results = runner.Measure("trained", backbone).DistinctBy(Name).ToArray();
        Score = results.FirstOrDefault(r => r.Kind == MeasurementKind.Score) is { } score ? Name(score) : null;
        return new StepMetrics(step, (double)step / stepsPerEpoch, results.ToDictionary(Name, r => r.Value));

        static string Name(SubjectResult r) => $"{r.Evaluator} {(r.Layer == FeatureExtraction.LastLayer ? "" : r.Layer + " ")}{r.Metric}";
    }

    private static ExperimentException Missing(string key) => new(
        FailureKind.Config, $"\"monitor\" needs the key \"{key}\", because the experiment has no \"evaluation\" to take it from.");
}
