using Microsoft.Extensions.DependencyInjection;

namespace MyEvaluator;

/// <summary>What the host finds.</summary>
public sealed class MyEvaluatorPlugin : IPlugin
{
    /// <inheritdoc/>
    public void Register(IServiceCollection services) => services.AddEvaluator<MyEvaluator, MyEvaluatorOptions>("my-evaluator");
}
