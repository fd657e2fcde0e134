using System.ComponentModel.DataAnnotations;

namespace MyEvaluator;

/// <summary>What an experiment may set: a default each, and the range that is allowed.</summary>
public sealed record MyEvaluatorOptions
{
    /// <summary>Which layers are measured.</summary>
    public FeatureLayers Layers { get; init; } = FeatureLayers.Last;

    /// <summary>How many of the nearest classes count as right if the true one is among them.</summary>
    [Range(1, 100)]
    public int Best { get; init; } = 1;
}

/// <summary>
/// Nearest class mean: each class is the mean direction of its train images, and a test image belongs to the nearest by cosine
/// similarity. Mensink et al. 2013, https://doi.org/10.1109/TPAMI.2013.83. Put your own measurement here.
/// </summary>
/// <param name="options">Layers and how many classes count.</param>
/// <param name="progress">Receives how far the reading of images is.</param>
public sealed class MyEvaluator(MyEvaluatorOptions options, IProgress<EvaluationProgress>? progress = null) : IEvaluator
{
    /// <inheritdoc/>
    public IReadOnlyList<EvaluationResult> Evaluate(IBackbone backbone, ILabelledImages train, ILabelledImages test) =>
        FeatureExtraction.Measure(backbone, train, test, options.Layers, Measure, progress);

    private IEnumerable<Measurement> Measure(LabelledFeatures train, LabelledFeatures test)
    {
        var (x, y) = (nn.functional.normalize(train.Values), nn.functional.normalize(test.Values)); // [N, D], [M, D]
        var members = nn.functional.one_hot(train.Labels, train.Classes).to_type(ScalarType.Float32); // [N, C]
        var means = nn.functional.normalize(members.t().mm(x)); // [C, D]
        var ranks = Accuracy.Ranks(y.mm(means.t()), test.Labels); // [M]
        yield return Accuracy.Top(options.Best, ranks, $"class-mean top-{options.Best}");
    }
}
