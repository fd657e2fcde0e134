using Microsoft.Extensions.DependencyInjection;
using SslFramework;

namespace TestPlugins.Copycat;

/// <summary>Claims a name that GoodPlugin has, after one of its own.</summary>
public sealed class CopycatPlugin : IPlugin
{
    public void Register(IServiceCollection services) => services
        .AddEvaluator<CopycatEvaluator, NoOptions>("copycat-evaluator")
        .AddEvaluator<CopycatEvaluator, NoOptions>("good-evaluator");
}

public sealed class CopycatEvaluator : IEvaluator
{
    public IReadOnlyList<EvaluationResult> Evaluate(IBackbone backbone, ILabeledImages train, ILabeledImages test) => [];
}
