using SslFramework.Core.Distributed;
using SslFramework.Core.Optimization;
using SslFramework.Core.Processors;
using SslFramework.Engine.Evaluation;
using SslFramework.Engine.Training;
using SslFramework.Host.Experiments;
using TorchSharp;

namespace SslFramework.Host.Evaluation;

/// <summary>Pretrains an experiment's backbone with labels: the same images, views, optimizer, schedule and steps.</summary>
internal static class SupervisedPretraining
{
    /// <param name="parts">The experiment's.</param>
    /// <param name="config">The experiment.</param>
    /// <param name="progress">Told of each step.</param>
    /// <returns>The trained backbone.</returns>
    /// <exception cref="ExperimentException">The experiment's images have no labels.</exception>
    public static IBackbone Run(ExperimentParts parts, ExperimentConfig config, IProgress<EvaluationProgress> progress)
    {
        var source = parts.Source;
        var labels = LabelsOf(source);
        var objective = new SupervisedObjective(parts.NewBackbone(), labels, source.Classes.Count);
        objective.to(parts.Device);
        using var optimizer = parts.Components.Create(config.Optimizer, NamedParameters.Of(objective));
        using var loader = parts.NewLoader(SingleProcess.Instance);
        var settings = new PretrainerSettings(config.Seed, parts.Device, config.Precision.On(parts.Device.type), SingleProcess.Instance);
        using var pretrainer = new Pretrainer(objective, optimizer, parts.Schedule, loader, config.Training, settings);
        pretrainer.Run(_ =>
        {
            progress.Report(new("pretraining with labels", pretrainer.Step, pretrainer.TotalSteps));
            return true;
        });
        return objective.Backbone;
    }

    /// <summary>The class of every image.</summary>
    /// <exception cref="ExperimentException">One has none.</exception>
    public static int[] LabelsOf(IDataSource source) =>
        [.. Enumerable.Range(0, source.Count).Select(index => source.Label(index) ?? throw Unlabeled(index))];

    private static ExperimentException Unlabeled(int index) => new(
        FailureKind.Config,
        "The baseline \"supervised\" needs labels, but image " + index + " of \"data\" has none; take it out of \"furtherBaselines\".");
}
