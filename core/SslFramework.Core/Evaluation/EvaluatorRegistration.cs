using Microsoft.Extensions.DependencyInjection;

namespace SslFramework.Core.Evaluation;

/// <summary>Registers the framework's evaluators.</summary>
public static class EvaluatorRegistration
{
    /// <summary>Adds <c>knn</c> and <c>linear-probe</c>.</summary>
    public static IServiceCollection AddEvaluators(this IServiceCollection services) => services
        .AddEvaluator<KnnEvaluator, KnnOptions>("knn")
        .AddEvaluator<LinearProbe, LinearProbeOptions>("linear-probe");
}
