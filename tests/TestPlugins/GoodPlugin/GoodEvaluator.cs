using SslFramework;

namespace TestPlugins.Good;

public sealed class GoodEvaluator : IEvaluator
{
    public IReadOnlyList<EvaluationResult> Evaluate(IBackbone backbone, ILabelledImages train, ILabelledImages test) =>
        [new("features", "dimension", backbone.FeatureDimension)];
}
