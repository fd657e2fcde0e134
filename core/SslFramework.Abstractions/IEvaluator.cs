namespace SslFramework;

/// <summary>
/// Measures what a backbone has learned, most often with labels that training never saw. Knows nothing of the training loop.
/// </summary>
public interface IEvaluator
{
    /// <summary>
    /// Evaluates a backbone. Its weights, buffers and mode may change meanwhile (fine-tuning) but are restored afterwards.
    /// </summary>
    /// <param name="backbone">The backbone, on the device to use and in evaluation mode.</param>
    /// <param name="train">Labeled images to learn from.</param>
    /// <param name="test">Labeled images to measure on, and for nothing else.</param>
    /// <returns>The measured numbers with their names.</returns>
    IReadOnlyList<EvaluationResult> Evaluate(IBackbone backbone, ILabelledImages train, ILabelledImages test);

    /// <summary>Whether images must have labels. If not, images without labels all get the label 0.</summary>
    bool NeedsLabels => true;

    /// <summary>
    /// What the numbers depend on besides the data, if the options alone do not say it: a record with every number of a recipe
    /// spelled out, or which images were drawn. It is written into the protocol of each result; null
    /// means the options.
    /// </summary>
    /// <param name="train">The labeled images that <see cref="Evaluate"/> gets to learn from.</param>
    object? Protocol(ILabelledImages train) => null;
}

/// <summary>One number that an evaluator found.</summary>
/// <param name="Layer">Which features: a layer's name, or <c>features</c> for <see cref="IBackbone.Forward"/>.</param>
/// <param name="Metric">What is measured, such as <c>top-1</c>.</param>
/// <param name="Value">The number; accuracies are percentages.</param>
/// <param name="Interval">The 95 % confidence interval, given the number of test images or draws; null if that makes no sense.</param>
public sealed record EvaluationResult(string Layer, string Metric, double Value, ConfidenceInterval? Interval = null)
{
    /// <summary>How the number is to be read.</summary>
    public MeasurementKind Kind { get; init; }

    /// <summary>What must be said about the number, in a whole sentence: why it is NaN or means nothing; usually null.</summary>
    public string? Remark { get; init; }
}

/// <summary>How a number is to be read.</summary>
public enum MeasurementKind
{
    /// <summary>Says how good the features are: higher is better.</summary>
    Score,

    /// <summary>Says how the features lie in their space, which is neither good nor bad by itself.</summary>
    Description,

    /// <summary>Says how other numbers came about, such as the learning rate that was chosen; only evaluation.json has it.</summary>
    Detail,
}

/// <summary>A 95 % confidence interval.</summary>
public readonly record struct ConfidenceInterval(double Low, double High);
