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
    IReadOnlyList<EvaluationResult> Evaluate(IBackbone backbone, ILabeledImages train, ILabeledImages test);

    /// <summary>
    /// What must be known of the images. Without <see cref="LabelKinds.Classes"/>, images that have no class all get the label 0.
    /// </summary>
    LabelKinds Needs => LabelKinds.Classes;

    /// <summary>
    /// What the numbers depend on besides the data, if the options alone do not say it: a record with every number of a recipe
    /// spelled out, or which images were drawn. It is written into the protocol of each result; null
    /// means the options.
    /// </summary>
    /// <param name="train">The labeled images that <see cref="Evaluate"/> gets to learn from.</param>
    object? Protocol(ILabeledImages train) => null;
}
