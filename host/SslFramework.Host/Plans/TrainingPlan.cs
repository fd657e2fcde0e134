using System.Text.Json.Nodes;
using SslFramework.Host.Configuration;

namespace SslFramework.Host.Plans;

/// <summary>What a training will take.</summary>
internal sealed record TrainingPlan
{
    /// <summary>Parameters of the backbone.</summary>
    public required long BackboneParameters { get; init; }

    /// <summary>Parameters of the backbone, heads, decoders and momentum encoders.</summary>
    public required long Parameters { get; init; }

    /// <summary>Those with a gradient.</summary>
    public required long TrainedParameters { get; init; }

    /// <summary>Images to learn from.</summary>
    public required int Images { get; init; }

    /// <summary>Images of a step.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Optimizer steps of an epoch.</summary>
    public required long StepsPerEpoch { get; init; }

    /// <summary>Optimizer steps of the whole run.</summary>
    public required long Steps { get; init; }

    /// <summary>What will not go well, a sentence each with the remedy.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>What a few real steps took; null where none was taken.</summary>
    public Calibration? Calibration { get; init; }

    /// <summary>What the features of the evaluation take; null without one.</summary>
    public FeaturePlan? Features { get; init; }

    /// <summary>What several processes exchange; null for one.</summary>
    public Exchange? Exchange { get; init; }

    /// <summary>For programs.</summary>
    public JsonObject ToJson() => new()
    {
        ["parameters"] = new JsonObject { ["backbone"] = BackboneParameters, ["all"] = Parameters, ["trained"] = TrainedParameters },
        ["images"] = Images,
        ["batchSize"] = BatchSize,
        ["stepsPerEpoch"] = StepsPerEpoch,
        ["steps"] = Steps,
        ["calibration"] = Calibration is null ? null : new JsonObject
        {
            ["steps"] = Calibration.Steps,
            ["forwardFlopsPerImage"] = Json.Number(Calibration.ForwardFlops),
            ["flopsPerImage"] = Json.Number(Calibration.Flops),
            ["secondsPerStep"] = Json.Number(Calibration.SecondsPerStep),
            ["waitingForImages"] = Json.Number(Calibration.Waiting),
            ["peakMemoryBytes"] = Calibration.PeakMemory,
            ["gpuMemoryBytes"] = Calibration.GpuMemory,
            ["checkpointBytes"] = Calibration.CheckpointBytes,
            ["checkpointSeconds"] = Json.Number(Calibration.CheckpointSeconds),
            ["trainingSeconds"] = Json.Number(Calibration.TrainingSeconds),
        },
        ["features"] = Features is null ? null : new JsonObject
        {
            ["images"] = Features.Images,
            ["bytes"] = Features.Bytes,
            ["limitBytes"] = Features.Limit,
        },
        ["exchange"] = Exchange is null ? null : new JsonObject
        {
            ["ranks"] = Exchange.Ranks,
            ["gigabitsPerSecond"] = Json.Number(Exchange.GigabitsPerSecond),
            ["bytesPerStep"] = Json.Number(Exchange.Bytes),
            ["seconds"] = Json.Number(Exchange.Seconds),
        },
        ["warnings"] = new JsonArray([.. Warnings.Select(warning => (JsonNode)warning)]),
    };
}

/// <summary>What a few real steps took.</summary>
/// <param name="Steps">Steps that were timed.</param>
/// <param name="ForwardFlops">Floating-point operations of the forward passes of an image's views.</param>
/// <param name="Flops">With the gradient's.</param>
/// <param name="SecondsPerStep">Mean, with all that stands between steps.</param>
/// <param name="Waiting">The part of it that waits for images, 0 to 1.</param>
/// <param name="PeakMemory">The most that the process held, in bytes; without a GPU's memory.</param>
/// <param name="GpuMemory">What the GPU held then, in bytes, other programs' with it; null without one.</param>
/// <param name="CheckpointBytes">Of one checkpoint on the disk.</param>
/// <param name="CheckpointSeconds">To write one.</param>
/// <param name="TrainingSeconds">Of all steps and checkpoints, without the evaluation.</param>
internal sealed record Calibration(
    long Steps,
    double ForwardFlops,
    double Flops,
    double SecondsPerStep,
    double Waiting,
    long PeakMemory,
    long? GpuMemory,
    long CheckpointBytes,
    double CheckpointSeconds,
    double TrainingSeconds);

/// <summary>The features that an evaluation holds at once.</summary>
/// <param name="Images">Train and test images.</param>
/// <param name="Bytes">Of the backbone's own output for all of them.</param>
/// <param name="Limit">Bytes that features of all layers may take together: <c>evaluation.featureMegabytes</c>.</param>
internal sealed record FeaturePlan(int Images, long Bytes, long Limit);

/// <summary>
/// The exchange of gradients of a step, where it is not hidden behind the backward pass: a ring sends 2 (n − 1) / n times all gradients.
/// </summary>
/// <param name="Ranks">Processes, n.</param>
/// <param name="GigabitsPerSecond">Of the link between two of them.</param>
/// <param name="Bytes">That each sends in a step.</param>
internal sealed record Exchange(int Ranks, double GigabitsPerSecond, double Bytes)
{
    /// <summary>At the link's full speed.</summary>
    public double Seconds => Bytes * 8 / (GigabitsPerSecond * 1e9);

    /// <summary>Of float32 gradients.</summary>
    public static Exchange Of(int ranks, double gigabitsPerSecond, long parameters) =>
        new(ranks, gigabitsPerSecond, 2.0 * (ranks - 1) / ranks * parameters * sizeof(float));
}
