using System.ComponentModel.DataAnnotations;

namespace SslFramework.Host.Experiments;

/// <summary>
/// What is measured while training goes on, as a curve in <c>metrics.jsonl</c>. It changes nothing of the run. What is chosen by the
/// curve, such as the number of epochs, was chosen by its test images: let them be others than the evaluation's.
/// </summary>
internal sealed record MonitorConfig
{
    /// <summary>Epochs from one measurement to the next.</summary>
    [Range(1, 1_000_000)]
    public int Every { get; init; } = 1;

    /// <summary>What to measure; something cheap, such as <c>knn</c>.</summary>
    [MinLength(1, ErrorMessage = "{0} needs at least one evaluator")]
    public required IReadOnlyList<Component<IEvaluator>> Evaluators { get; init; }

    /// <summary>Labeled images to learn from; the evaluation's where absent.</summary>
    public Component<IDataSource>? Train { get; init; }

    /// <summary>Labeled images to measure on; the evaluation's where absent.</summary>
    public Component<IDataSource>? Test { get; init; }

    /// <summary>How an image becomes the network's input; the evaluation's where absent.</summary>
    public Component<IAugmentation>? Transform { get; init; }
}
