using Microsoft.Extensions.DependencyInjection;

namespace MyOptimizer;

/// <summary>What the host finds.</summary>
public sealed class MyOptimizerPlugin : IPlugin
{
    /// <inheritdoc/>
    public void Register(IServiceCollection services) => services.AddComponent<IOptimizer, MyOptimizer, MyOptimizerOptions>("my-optimizer");
}
