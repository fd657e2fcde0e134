using Microsoft.Extensions.DependencyInjection;

namespace SslFramework.Plugins.SimMIM;

/// <summary>SimMIM, Xie et al. 2022, https://arxiv.org/abs/2111.09886</summary>
public sealed class SimMimPlugin : IPlugin
{
    /// <inheritdoc/>
    public void Register(IServiceCollection services) => services.AddObjective<SimMimObjective, SimMimOptions>("simmim");
}
