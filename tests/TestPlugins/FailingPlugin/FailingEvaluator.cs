using SslFramework;

namespace TestPlugins.Failing;

public sealed class FailingEvaluator : IEvaluator
{
    public IReadOnlyList<EvaluationResult> Evaluate(IBackbone backbone, ILabeledImages train, ILabeledImages test)
    {
        Failure.At("evaluate");
        return [new("features", "dimension", backbone.FeatureDimension)];
    }
}
