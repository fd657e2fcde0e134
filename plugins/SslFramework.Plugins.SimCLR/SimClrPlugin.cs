using Microsoft.Extensions.DependencyInjection;

namespace SslFramework.Plugins.SimCLR;

/// <summary>SimCLR, Chen et al. 2020, https://arxiv.org/abs/2002.05709</summary>
public sealed class SimClrPlugin : IPlugin
{
    /// <inheritdoc/>
    public void Register(IServiceCollection services) =>
        services.AddObjective<SimClrObjective, SimClrOptions>("simclr");
}
