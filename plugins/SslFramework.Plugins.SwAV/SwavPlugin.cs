using Microsoft.Extensions.DependencyInjection;

namespace SslFramework.Plugins.SwAV;

/// <summary>Swapped assignments between views, Caron et al. 2020, https://arxiv.org/abs/2006.09882</summary>
public sealed class SwavPlugin : IPlugin
{
    /// <inheritdoc/>
    public void Register(IServiceCollection services) => services.AddObjective<SwavObjective, SwavOptions>("swav");
}
