namespace SslFramework;

/// <summary>Measures what a backbone has learned, against labels that training never saw. Knows nothing of the loop.</summary>
public interface IEvaluator
{
    /// <summary>
    /// Evaluates a backbone. It may be changed (fine-tuned): the host gives each evaluator its own copy or only frozen ones.
    /// </summary>
    /// <param name="backbone">On the device to use; in evaluation mode.</param>
    /// <param name="train">Labelled images to learn from.</param>
    /// <param name="test">Labelled images to measure on, and for nothing else.</param>
    /// <returns>Named numbers.</returns>
    IReadOnlyList<EvaluationResult> Evaluate(IBackbone backbone, ILabelledImages train, ILabelledImages test);
}

/// <summary>One number that an evaluator found.</summary>
/// <param name="Layer">Which features: a layer's name, or <c>features</c> for <see cref="IBackbone.Forward"/>.</param>
/// <param name="Metric">What is measured, such as <c>top-1</c>.</param>
/// <param name="Value">The number; accuracies are percentages.</param>
public sealed record EvaluationResult(string Layer, string Metric, double Value);

/// <summary>Labelled images in a fixed order, without augmentation.</summary>
public interface ILabelledImages
{
    /// <summary>Number of images.</summary>
    int Count { get; }

    /// <summary>Names of the classes, in order of their labels.</summary>
    IReadOnlyList<string> Classes { get; }

    /// <summary>All images once, in order. A batch is the reader's until the next one is asked for.</summary>
    IEnumerable<LabelledBatch> Read(int batchSize);
}

/// <summary>Some labelled images.</summary>
/// <param name="Images">float32 [N, C, H, W].</param>
/// <param name="Labels">int64 [N].</param>
public sealed record LabelledBatch(Tensor Images, Tensor Labels);
