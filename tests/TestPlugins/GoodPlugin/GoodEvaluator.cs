using SslFramework;

namespace TestPlugins.Good;

public sealed class GoodEvaluator : IEvaluator
{
    public IReadOnlyList<EvaluationResult> Evaluate(IBackbone backbone, ILabeledImages train, ILabeledImages test) =>
        [new("features", "dimension", backbone.FeatureDimension)];
}
