namespace SslFramework.Engine.Evaluation.Dense;

/// <summary>
/// A linear classifier of patches on frozen maps: how well features tell what lies where. It learns the share of each class in a patch;
/// its scores are interpolated to pixels, each of which gets the class with the highest (mean intersection over union).
/// </summary>
/// <remarks>
/// Features are normalized by their mean and deviation over the patches that are learned from, as a BatchNorm would, and computed once,
/// of the images as they are measured: a training transform is not used.
/// </remarks>
internal sealed class SegmentationProbe(
    SegmentationProbeOptions options, IProgress<EvaluationProgress>? progress = null, IProgress<Figure>? figures = null) : IEvaluator
{
    /// <inheritdoc/>
    public LabelKinds Needs => LabelKinds.Maps;

    /// <inheritdoc/>
    /// <exception cref="ExperimentException">There are no maps.</exception>
    public IReadOnlyList<EvaluationResult> Evaluate(IBackbone backbone, ILabeledImages train, ILabeledImages test) =>
        DenseEvaluation.Measure(backbone, train, test, options, new(), Learn, progress, figures);

    private Func<Tensor, Tensor> Learn(Tensor features, Tensor shares)
    {
        var classifier = new PatchClassifier(features, (int)shares.shape[1]);
        classifier.Learn(features, shares, options, progress);
        return classifier.Scores;
    }
}
