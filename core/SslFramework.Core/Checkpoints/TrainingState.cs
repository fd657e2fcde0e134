namespace SslFramework.Core.Checkpoints;

/// <summary>Where a run stands, beside its tensors: <c>state.json</c> of a checkpoint.</summary>
/// <remarks>
/// There are no generator states: order of images, augmentation, masks and dropout are functions of (seed, step, sample).
/// The learning rate is a function of the step.
/// </remarks>
public sealed record TrainingState
{
    /// <summary>Optimizer steps done: the position in the data.</summary>
    public required long Step { get; init; }

    /// <summary>Sum of the losses since metrics were last logged.</summary>
    public double LossSum { get; init; }

    /// <summary>Number of losses in <see cref="LossSum"/>.</summary>
    public int LossCount { get; init; }

    /// <summary>The latest steps that were skipped because their numbers were not finite.</summary>
    public IReadOnlyList<long> SkippedSteps { get; init; } = [];

    /// <summary>Bytes of each log that belong to the steps done.</summary>
    public IReadOnlyDictionary<string, long> Logs { get; init; } = new Dictionary<string, long>();

    /// <summary>What was measured in training, where something was; the checkpoint with the highest is kept.</summary>
    public double? Score { get; init; }

    /// <summary>What the last bits depend on: seed, threads, machine, versions of the parts. A change is told at resume.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
}
