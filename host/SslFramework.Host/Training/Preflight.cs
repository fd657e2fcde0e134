using SslFramework.Host.Evaluation;
using SslFramework.Host.Experiments;
using SslFramework.Host.Failures;
using TorchSharp;

namespace SslFramework.Host.Training;

/// <summary>Opens what an experiment needs last before its first step, and reads no image: what is wrong then costs no training.</summary>
internal static class Preflight
{
    /// <summary>Looks at the evaluation and the monitor.</summary>
    /// <exception cref="ExperimentException">Everything that is wrong, a sentence each, with the key that it stands under.</exception>
    public static void Check(ExperimentConfig config, ExperimentParts parts)
    {
        var problems = new List<ExperimentException>();
        var context = EvaluationContext.Of(parts, SslFramework.Core.Distributed.SingleProcess.Instance);
        if (config.Evaluation is { } evaluation)
        {
            Try(() => Check(context, evaluation));
            var needsLabels = evaluation.FurtherBaselines.Contains(FurtherBaseline.Supervised);
            Try(() => _ = needsLabels ? SupervisedPretraining.LabelsOf(parts.Source) : []);
        }

        if (config.Monitor is { } monitor)
        {
            Try(() => Check(context with { Place = TrainingMonitor.Place }, TrainingMonitor.EvaluationOf(monitor, config.Evaluation)));
        }

        if (problems.Count > 0)
        {
            throw problems.Count == 1 ? problems[0] : new ExperimentException(
                problems[0].Kind, [.. problems.SelectMany(problem => problem.Sentences).Distinct()]);
        }

        void Try(Action look)
        {
            try
            {
                look();
            }
            catch (ExperimentException e)
            {
                problems.Add(e);
            }
        }
    }

    private static void Check(EvaluationContext context, EvaluationConfig config)
    {
        var evaluators = config.Evaluators.Select((component, i) => context.Components.CreateAt($"{context.Place}evaluators[{i}]", component)).ToArray();
        var shape = EvaluationImages.Check(context, config, evaluators.Any(evaluator => evaluator.Needs.HasFlag(LabelKinds.Classes)));
        PlacedComponents.At(context.Place + "transform", () => Encode(context.Backbone, shape, context.Device));
    }

    /// <summary>Lets the network, left as it is, encode two images of a shape.</summary>
    private static bool Encode(IBackbone backbone, ViewShape shape, torch.Device device)
    {
        using var scope = torch.NewDisposeScope();
        using var gradient = torch.no_grad();
        var training = backbone.Module.training;
        backbone.Module.eval();
        try
        {
            return backbone.Forward(torch.zeros([2, shape.Channels, shape.Height, shape.Width], device: device)).shape[0] == 2;
        }
        catch (Exception e) when (e is not ExperimentException && PluginFault.Find(e) is null)
        {
            throw new ExperimentException(
                FailureKind.Config,
                $"it makes images of {shape.Channels} × {shape.Height} × {shape.Width}, which the backbone does not take "
                + $"({e.Message.Split('\n')[0].TrimEnd('.', '\r', ' ')}); make them as those of \"augmentation\".",
                e);
        }
        finally
        {
            backbone.Module.train(training);
        }
    }
}
