using Microsoft.Extensions.DependencyInjection;
using SslFramework;

namespace TestPlugins.ThrowingRegister;

/// <summary>Gives up half-way.</summary>
public sealed class ThrowingRegisterPlugin : IPlugin
{
    public void Register(IServiceCollection services)
    {
        services.AddSingleton("half");
        services.AddEvaluator<HalfEvaluator, NoOptions>("half-evaluator");
        services.AddEvaluator<HalfEvaluator, NoOptions>("Not A Name");
    }
}

public sealed class HalfEvaluator : IEvaluator
{
    public IReadOnlyList<EvaluationResult> Evaluate(IBackbone backbone, ILabeledImages train, ILabeledImages test) => [];
}
