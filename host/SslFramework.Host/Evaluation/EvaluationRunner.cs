using SslFramework.Core.Backbones;
using SslFramework.Core.Data;
using SslFramework.Host.Experiments;
using TorchSharp;

namespace SslFramework.Host.Evaluation;

/// <summary>Runs every evaluator on the trained backbone and, in the same way, on what it must beat.</summary>
public sealed class EvaluationRunner(ExperimentParts parts, EvaluationConfig config)
{
    /// <summary>All numbers.</summary>
    /// <exception cref="ExperimentException">A source has no labels, or an evaluator refuses.</exception>
    public IReadOnlyList<SubjectResult> Run()
    {
        var trainSource = config.Train is null ? parts.Source : parts.Components.Create(config.Train);
        var testSource = parts.Components.Create(config.Test);

        // The transform must fit these images, whose size may differ from what is trained on.
        var data = new DataInfo(trainSource.Count, trainSource.Channels) { Size = trainSource.Size == testSource.Size ? testSource.Size : null };
        var transform = parts.Components.Create(config.Transform, data);
        var train = new LabelledImages(trainSource, transform, parts.Device, parts.LoaderThreads);
        var test = new LabelledImages(testSource, transform, parts.Device, parts.LoaderThreads);

        var results = new List<SubjectResult>();
        results.AddRange(Measure("trained", parts.Objective.Backbone, train, test));
        if (config.Baselines)
        {
            // The same seed: the weights that training began with.
            var fresh = parts.NewObjective();
            results.AddRange(Measure("random-init", fresh.Backbone, train, test));
            fresh.Module.Dispose();
            results.AddRange(Measure("raw-pixels", new RawPixels(transform.Views[0]), train, test));
        }

        return results;
    }

    private List<SubjectResult> Measure(string subject, IBackbone backbone, ILabelledImages train, ILabelledImages test)
    {
        using var scope = torch.NewDisposeScope();
        backbone.Module.eval();
        return [.. config.Evaluators.SelectMany(component => parts.Components.Create(component)
            .Evaluate(backbone, train, test)
            .Select(r => new SubjectResult(component.Descriptor.Name, subject, r.Layer, r.Metric, r.Value)))];
    }
}

/// <summary>One number of evaluation.json.</summary>
public sealed record SubjectResult(string Evaluator, string Subject, string Layer, string Metric, double Value);
