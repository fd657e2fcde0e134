using System.Text.Json.Nodes;
using SslFramework.Core.Backbones;
using SslFramework.Core.Checkpoints;
using SslFramework.Core.Data;
using SslFramework.Host.Configuration;
using SslFramework.Host.Experiments;
using SslFramework.Host.Runs;
using TorchSharp;

namespace SslFramework.Host.Evaluation;

/// <summary>Runs every evaluator on a backbone and, in the same way, on what it must beat.</summary>
public sealed class EvaluationRunner
{
    private readonly ExperimentParts parts;
    private readonly EvaluationConfig config;
    private readonly IAugmentation transform;
    private readonly LabelledImages train;
    private readonly LabelledImages test;
    private readonly (IEvaluator Evaluator, string Name, string Protocol)[] evaluators;
    private readonly Dictionary<string, EvaluationProtocol> protocols = [];

    /// <summary>Opens the images, and tells on stderr if the same ones are to be learned from and measured on.</summary>
    /// <exception cref="ExperimentException">A source has no labels, or parts do not fit together.</exception>
    public EvaluationRunner(ExperimentParts parts, EvaluationConfig config)
    {
        (this.parts, this.config) = (parts, config);
        var trainSource = config.Train is null ? parts.Source : parts.Components.Create(config.Train);
        var testSource = parts.Components.Create(config.Test);

        // The transform must fit these images, whose size may differ from what is trained on.
        var data = new DataInfo(trainSource.Count, trainSource.Channels) { Size = trainSource.Size == testSource.Size ? testSource.Size : null };
        transform = parts.Components.Create(config.Transform, data);
        var trainTransform = config.TrainTransform is null ? null : parts.Components.Create(config.TrainTransform, data);
        train = new LabelledImages(trainSource, transform, parts.Device, parts.LoaderThreads) { TrainTransform = trainTransform, Views = parts.Augmentation };
        test = new LabelledImages(testSource, transform, parts.Device, parts.LoaderThreads) { Views = parts.Augmentation };

        var (trainContent, testContent) = (DataFingerprint.Of(trainSource), DataFingerprint.Of(testSource));
        var overlap = testContent.Overlap(trainContent);
        if (overlap > 0)
        {
            Console.Error.WriteLine(
                $"warning: {overlap} of the {test.Count} test images are train images as well, pixel for pixel: "
                + "accuracies come out too high; take them out of one of the two.");
        }

        evaluators = [.. config.Evaluators.Select(component =>
        {
            var evaluator = parts.Components.Create(component);
            var protocol = new EvaluationProtocol
            {
                Evaluator = component.Descriptor.Name,
                Options = OptionsWriter.Write(evaluator.Protocol(train) ?? component.Options)!,
                Train = new(config.Train?.Descriptor.Name ?? "data", train.Count, train.Classes.Count, trainContent.Hash),
                Test = new(config.Test.Descriptor.Name, test.Count, test.Classes.Count, testContent.Hash),
                Overlap = overlap,
                Transform = OptionsWriter.Write(config.Transform)!,
                TrainTransform = OptionsWriter.Write(config.TrainTransform),
                Seed = parts.Seed,
                Versions = SoftwareVersions.Current,
            };
            protocols[protocol.Hash()] = protocol;
            return (evaluator, component.Descriptor.Name, protocol.Hash());
        })];
    }

    /// <summary>All numbers of the trained backbone and of the baselines.</summary>
    /// <exception cref="ExperimentException">An evaluator refuses.</exception>
    public EvaluationReport Run()
    {
        var results = new List<SubjectResult>();
        results.AddRange(Measure("trained", parts.Objective.Backbone));
        if (config.Baselines)
        {
            // The same seed: the weights that training began with.
            var fresh = parts.NewObjective();
            results.AddRange(Measure("random-init", fresh.Backbone));
            fresh.Module.Dispose();
            results.AddRange(Measure("raw-pixels", new RawPixels(transform.Views[0])));
        }

        return Report(results);
    }

    /// <summary>All numbers of one backbone, which is left as it was. Draws nothing from torch's own generator.</summary>
    /// <param name="subject">What to call it.</param>
    /// <param name="backbone">On the run's device.</param>
    /// <exception cref="ExperimentException">An evaluator refuses.</exception>
    public IReadOnlyList<SubjectResult> Measure(string subject, IBackbone backbone)
    {
        using var scope = torch.NewDisposeScope();
        var training = backbone.Module.training;
        backbone.Module.eval();
        try
        {
            var weights = WeightHash.Of(backbone.Module);
            return [.. evaluators.SelectMany(e => e.Evaluator.Evaluate(backbone, train, test).Select(r => new SubjectResult(
                e.Name, subject, r.Layer, r.Metric, r.Value, r.Interval is { } i ? [i.Low, i.High] : null, e.Protocol, weights)))];
        }
        finally
        {
            backbone.Module.train(training);
        }
    }

    /// <summary>Numbers with the protocols by which they were measured.</summary>
    public EvaluationReport Report(IReadOnlyList<SubjectResult> results) => new(results, protocols);
}
