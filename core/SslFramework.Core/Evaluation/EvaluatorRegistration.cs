using Microsoft.Extensions.DependencyInjection;
using SslFramework.Core.Evaluation.FineTuning;
using SslFramework.Core.Evaluation.Neighbors;
using SslFramework.Core.Evaluation.Probes;

namespace SslFramework.Core.Evaluation;

/// <summary>Registers the framework's evaluators.</summary>
public static class EvaluatorRegistration
{
    /// <summary>Adds <c>knn</c>, <c>retrieval</c>, <c>linear-probe</c>, <c>fine-tune</c>, <c>low-shot</c> and <c>diagnostics</c>.</summary>
    public static IServiceCollection AddEvaluators(this IServiceCollection services) => services
        .AddEvaluator<KnnEvaluator, KnnOptions>("knn")
        .AddEvaluator<Retrieval, RetrievalOptions>("retrieval")
        .AddEvaluator<LinearProbe, LinearProbeOptions>("linear-probe")
        .AddEvaluator<FineTune, FineTuneOptions>("fine-tune")
        .AddEvaluator<LowShot, LowShotOptions>("low-shot")
        .AddEvaluator<FeatureDiagnostics, DiagnosticsOptions>("diagnostics");
}
