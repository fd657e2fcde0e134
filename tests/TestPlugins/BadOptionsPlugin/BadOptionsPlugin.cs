using Microsoft.Extensions.DependencyInjection;
using SslFramework;

namespace TestPlugins.BadOptions;

public sealed class BadOptionsPlugin : IPlugin
{
    public void Register(IServiceCollection services) => services.AddEvaluator<BadEvaluator, BadOptions>("bad-evaluator");
}

public sealed record BadOptions
{
    public IReadOnlyDictionary<string, double> Weights { get; init; } = new Dictionary<string, double>();
}

public sealed class BadEvaluator : IEvaluator
{
    public IReadOnlyList<EvaluationResult> Evaluate(IBackbone backbone, ILabeledImages train, ILabeledImages test) => [];
}
