using SslFramework.Engine.Data;

namespace SslFramework.Engine.Training.Checkpoints;

/// <summary>Where a run stands, beside its tensors: <c>state.json</c> of a checkpoint.</summary>
/// <remarks>
/// There are no generator states: order of images, augmentation, masks and dropout are functions of (seed, step, sample).
/// The learning rate is a function of the step.
/// </remarks>
internal sealed record TrainingState
{
    /// <summary>Optimizer steps done: the position in the data.</summary>
    public required long Step { get; init; }

    /// <summary>Sum of the losses since metrics were last logged.</summary>
    public double LossSum { get; init; }

    /// <summary>Number of losses in <see cref="LossSum"/>.</summary>
    public int LossCount { get; init; }

    /// <summary>The latest steps that were skipped because their numbers were not finite.</summary>
    public IReadOnlyList<long> SkippedSteps { get; init; } = [];

    /// <summary>The latest losses, by which spikes are told.</summary>
    public IReadOnlyList<double> RecentLosses { get; init; } = [];

    /// <summary>Epochs in a row, up to the last one, at whose end features had collapsed.</summary>
    public int CollapsedEpochs { get; init; }

    /// <summary>Bytes of each log that belong to the steps done.</summary>
    public IReadOnlyDictionary<string, long> Logs { get; init; } = new Dictionary<string, long>();

    /// <summary>The accuracy that was measured at this step, where one was; the checkpoint with the highest is kept.</summary>
    public double? Score { get; init; }

    /// <summary>The highest accuracy that was measured up to now, where one was.</summary>
    public double? BestScore { get; init; }

    /// <summary>Whether the last accuracy was far below the highest.</summary>
    public bool HasDropped { get; init; }

    /// <summary>The images that were learned from; null in checkpoints of versions that did not know.</summary>
    public DataIdentity? Data { get; init; }

    /// <summary>What the last bits depend on: seed, threads, machine, versions of the parts. A change is told at resume.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
}
