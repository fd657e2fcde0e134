using Microsoft.Extensions.DependencyInjection;
using SslFramework.Engine.Evaluation.Convex;
using SslFramework.Engine.Evaluation.Dense;
using SslFramework.Engine.Evaluation.FineTuning;
using SslFramework.Engine.Evaluation.Neighbors;
using SslFramework.Engine.Evaluation.Probes;

namespace SslFramework.Engine.Evaluation;

/// <summary>Registers the framework's evaluators.</summary>
internal static class EvaluatorRegistration
{
    /// <summary>
    /// Adds <c>knn</c>, <c>retrieval</c>, <c>linear-probe</c>, <c>fine-tune</c>, <c>low-shot</c>, <c>diagnostics</c>,
    /// <c>segmentation-probe</c>, <c>patch-knn</c>, <c>patch-clusters</c>, <c>attentive-probe</c>, <c>logistic</c> and <c>set-probe</c>.
    /// </summary>
    public static IServiceCollection AddEvaluators(this IServiceCollection services) => services
        .AddEvaluator<KnnEvaluator, KnnOptions>("knn")
        .AddEvaluator<Retrieval, RetrievalOptions>("retrieval")
        .AddEvaluator<LinearProbe, LinearProbeOptions>("linear-probe")
        .AddEvaluator<FineTune, FineTuneOptions>("fine-tune")
        .AddEvaluator<LowShot, LowShotOptions>("low-shot")
        .AddEvaluator<FeatureDiagnostics, DiagnosticsOptions>("diagnostics")
        .AddEvaluator<SegmentationProbe, SegmentationProbeOptions>("segmentation-probe")
        .AddEvaluator<PatchKnn, PatchKnnOptions>("patch-knn")
        .AddEvaluator<PatchClusters, PatchClustersOptions>("patch-clusters")
        .AddEvaluator<AttentiveProbe, AttentiveProbeOptions>("attentive-probe")
        .AddEvaluator<Logistic, LogisticOptions>("logistic")
        .AddEvaluator<SetProbe, SetProbeOptions>("set-probe");
}
