using Microsoft.Extensions.DependencyInjection;

namespace SslFramework.Plugins.Counting;

/// <summary>Learning to count, Noroozi et al. 2017, https://arxiv.org/abs/1708.06734</summary>
public sealed class CountingPlugin : IPlugin
{
    /// <inheritdoc/>
    public void Register(IServiceCollection services) => services.AddObjective<CountingObjective, CountingOptions>("counting");
}
