using Microsoft.Extensions.DependencyInjection;

namespace SslFramework.Plugins.Context;

/// <summary>Context prediction, Doersch et al. 2015, https://arxiv.org/abs/1505.05192</summary>
public sealed class ContextPlugin : IPlugin
{
    /// <inheritdoc/>
    public void Register(IServiceCollection services) =>
        services.AddObjective<ContextObjective, ContextOptions>("context");
}
