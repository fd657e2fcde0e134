using Microsoft.Extensions.DependencyInjection;
using SslFramework.Host.Evaluation;
using SslFramework.Host.Experiments;
using SslFramework.Host.Failures;
using SslFramework.Host.Plugins;
using TorchSharp;

namespace SslFramework.Host.Training;

/// <summary>Opens what an experiment needs last before its first step, and reads no image: what is wrong then costs no training.</summary>
internal static class Preflight
{
    /// <summary>Builds the parts of an experiment, and looks at its files, its evaluation and its monitor.</summary>
    /// <exception cref="ExperimentException">Everything that is wrong, a sentence each, with the key that it stands under.</exception>
    public static ExperimentParts Build(ExperimentConfig config, Installation installation)
    {
        var missing = new NamedPaths(installation.Components).Missing(config);
        List<ExperimentException> problems = [.. missing.Select(sentence => new ExperimentException(FailureKind.Data, sentence))];
        ExperimentParts? parts = null;
        if (problems.Count == 0)
        {
            Try(() => parts = ExperimentParts.Build(config, installation), problems);
        }

        if (parts is null)
        {
            OpenSources(config, installation, problems);
        }
        else
        {
            Check(config, parts, problems);
        }

        if (problems.Count == 0)
        {
            return parts!;
        }

        parts?.Dispose();
        throw problems.Count == 1 ? problems[0] : new ExperimentException(
            problems[0].Kind, [.. problems.SelectMany(problem => problem.Sentences).Distinct()]);
    }

    /// <summary>Looks at the evaluation and the monitor.</summary>
    private static void Check(ExperimentConfig config, ExperimentParts parts, List<ExperimentException> problems)
    {
        var context = EvaluationContext.Of(parts, SslFramework.Core.Distributed.SingleProcess.Instance);
        if (config.Evaluation is { } evaluation)
        {
            Try(() => Check(context, evaluation), problems);
            var needsLabels = evaluation.FurtherBaselines.Contains(FurtherBaseline.Supervised);
            Try(() => _ = needsLabels ? SupervisedPretraining.LabelsOf(parts.Source) : [], problems);
        }

        foreach (var (i, transfer) in config.Transfers.Index())
        {
            Try(() => Check(context.For(transfer, i), transfer), problems);
        }

        if (config.Monitor is { } monitor)
        {
            Try(
                () => Check(context with { Place = TrainingMonitor.Place }, TrainingMonitor.EvaluationOf(monitor, config.Evaluation)),
                problems);
        }
    }

    /// <summary>
    /// Opens the images of parts that could not be built: what is missing among them is told with what is wrong already, which may be
    /// one of them.
    /// </summary>
    private static void OpenSources(ExperimentConfig config, Installation installation, List<ExperimentException> problems)
    {
        using var services = ComponentServices.For(installation).BuildServiceProvider();
        var components = services.GetRequiredService<IComponentFactory>();
        (string Key, Component<IDataSource>? Source)[] sources =
        [
            ("data", config.Data), ("evaluation.train", config.Evaluation?.Train), ("evaluation.test", config.Evaluation?.Test),
            ("monitor.train", config.Monitor?.Train), ("monitor.test", config.Monitor?.Test),
            .. config.Transfers.SelectMany((transfer, i) => new (string, Component<IDataSource>?)[]
            {
                ($"transfers[{i}].train", transfer.Train), ($"transfers[{i}].test", transfer.Test),
            }),
        ];
        var told = problems.SelectMany(problem => problem.Sentences).ToList();
        foreach (var (key, source) in sources)
        {
            if (source is not null && !told.Exists(sentence => sentence.StartsWith($"\"{key}", StringComparison.Ordinal)))
            {
                Try(() => components.CreateAt(key, source), problems);
            }
        }
    }

    private static void Try(Action look, List<ExperimentException> problems)
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

    private static void Check(EvaluationContext context, EvaluationConfig config)
    {
        var evaluators = config.Evaluators
            .Select((component, i) => context.Components.CreateAt($"{context.Place}evaluators[{i}]", component)).ToArray();
        var names = config.Evaluators.Select(component => component.Descriptor.Name);
        var needs = new EvaluationNeeds([.. names.Zip(evaluators, (name, evaluator) => (name, evaluator.Needs))]);
        var shape = EvaluationImages.Check(context, config, needs);
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
