using System.ComponentModel.DataAnnotations;

namespace SslFramework.Engine.Training;

/// <summary>How long and in what portions to train.</summary>
internal sealed record TrainingOptions
{
    /// <summary>Passes over the images.</summary>
    [Range(1, 1_000_000)]
    public int Epochs { get; init; } = 100;

    /// <summary>Images per optimizer step, over all processes and micro-batches; learning rates scale by it.</summary>
    [Range(1, 1_000_000)]
    public int BatchSize { get; init; } = 256;

    /// <summary>
    /// Micro-batches whose gradients are added up before a step. Contrastive objectives and batch norm see one micro-batch
    /// at a time, so that accumulation is not the same as a large batch for them.
    /// </summary>
    [Range(1, 1_000_000)]
    public int Accumulation { get; init; } = 1;

    /// <summary>
    /// Images that the backbone encodes at a time if the batch is too large for memory; null takes the whole batch. The
    /// gradients stay those of the whole batch, and a step takes a third longer. Batch norm in the backbone sees one portion at a time.
    /// </summary>
    [Range(1, 1_000_000)]
    public int? GradientCache { get; init; }

    /// <summary>Largest norm of all gradients together; null does not clip.</summary>
    [Range(0, 1e9, MinimumIsExclusive = true)]
    public double? ClipNorm { get; init; }

    /// <summary>How some parameters are trained otherwise than the rest, in addition to the method's own rules.</summary>
    public IReadOnlyList<ParameterRule> Rules { get; init; } = [];

    /// <summary>Threads that decode and augment; 0 does it between the steps.</summary>
    [Range(0, 1024)]
    public int LoaderThreads { get; init; } = 1;

    /// <summary>The share of the images that may be unusable. They are listed in data-report.json, and others are shown instead.</summary>
    [Range(0.0, 0.5)]
    public double MaximumBad { get; init; } = 0.01;

    /// <summary>Optimizer steps between two lines of metrics.</summary>
    [Range(1, 1_000_000)]
    public int LogEvery { get; init; } = 10;

    /// <summary>Epochs between two checkpoints; there is always one at the end.</summary>
    [Range(1, 1_000_000)]
    public int CheckpointEvery { get; init; } = 1;

    /// <summary>Optimizer steps between two checkpoints, for long epochs: in addition to those of <see cref="CheckpointEvery"/>.</summary>
    [Range(1, 1_000_000_000)]
    public int? CheckpointEverySteps { get; init; }

    /// <summary>
    /// Seconds after which a step with its data and its checkpoint counts as hung, and the run ends with exit code 74. Null takes twenty
    /// times the longest step so far, at least half an hour; the first step after a start then has no limit.
    /// </summary>
    [Range(1, 10_000_000)]
    public int? StepTimeout { get; init; }

    /// <summary>What to do if all images come to look alike to the backbone.</summary>
    public CollapseResponse OnCollapse { get; init; } = CollapseResponse.Warn;
}
