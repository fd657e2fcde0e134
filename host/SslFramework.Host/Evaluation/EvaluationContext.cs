using SslFramework.Core.Distributed;
using SslFramework.Host.Components;
using SslFramework.Host.Experiments;
using TorchSharp;

namespace SslFramework.Host.Evaluation;

/// <summary>What an evaluation needs to know of its surroundings: a run, or weights from a file.</summary>
internal sealed record EvaluationContext
{
    /// <summary>Builds evaluators, sources and transforms.</summary>
    public required IComponentFactory Components { get; init; }

    /// <summary>What evaluators report to.</summary>
    public required ProgressRelay Progress { get; init; }

    /// <summary>Where to compute.</summary>
    public required torch.Device Device { get; init; }

    /// <summary>Threads that decode images.</summary>
    public required int LoaderThreads { get; init; }

    /// <summary>The part of the images that may be unusable; they are left out.</summary>
    public required double MaximumBad { get; init; }

    /// <summary>What the keys of the evaluation begin with in their file, for messages: <c>evaluation.</c> in an experiment.</summary>
    public string Place { get; init; } = "";

    /// <summary>What is written before evaluators' names: the name of a transfer and a colon, or nothing.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Seed of random weights.</summary>
    public required long Seed { get; init; }

    /// <summary>What is measured.</summary>
    public required IBackbone Backbone { get; init; }

    /// <summary>Builds the same backbone with random weights, those that training began with if there was one.</summary>
    public required Func<IBackbone> NewBackbone { get; init; }

    /// <summary>Pretrains the same backbone with labels, if there is an experiment to say how.</summary>
    public Func<IBackbone>? Supervised { get; init; }

    /// <summary>The processes that evaluate together.</summary>
    public IProcessGroup Group { get; init; } = SingleProcess.Instance;

    /// <summary>Images to learn from where the evaluation names none.</summary>
    public IDataSource? Source { get; init; }

    /// <summary>What <see cref="Source"/> was made of.</summary>
    public Component<IDataSource>? Data { get; init; }

    /// <summary>The views of pretraining, if there was one.</summary>
    public Component<IAugmentation>? Views { get; init; }

    /// <summary>The same for what is measured on other images.</summary>
    /// <param name="transfer">What.</param>
    /// <param name="number">Its place among the transfers.</param>
    public EvaluationContext For(TransferConfig transfer, int number) =>
        this with { Place = $"transfers[{number}].", Prefix = $"{transfer.Name}: " };

    /// <summary>An evaluation of the backbone of an experiment's objective.</summary>
    /// <param name="parts">The experiment's parts; the context uses them and frees nothing.</param>
    /// <param name="group">The processes that evaluate together.</param>
    public static EvaluationContext Of(ExperimentParts parts, IProcessGroup group) => new()
    {
        Group = group,
        Components = parts.Components,
        Progress = parts.Progress,
        Device = parts.Device,
        LoaderThreads = parts.LoaderThreads,
        MaximumBad = parts.Config.Training.MaximumBad,
        Place = "evaluation.",
        Seed = parts.Config.Seed,
        Backbone = parts.Backbone,
        NewBackbone = parts.NewBackbone,
        Supervised = () => SupervisedPretraining.Run(parts, parts.Config, parts.Progress),
        Source = parts.Source,
        Data = parts.Config.Data,
        Views = parts.Config.Augmentation,
    };
}
