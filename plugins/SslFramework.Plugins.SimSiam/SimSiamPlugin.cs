using Microsoft.Extensions.DependencyInjection;

namespace SslFramework.Plugins.SimSiam;

/// <summary>Simple Siamese networks, Chen and He 2021, https://arxiv.org/abs/2011.10566</summary>
public sealed class SimSiamPlugin : IPlugin
{
    /// <inheritdoc/>
    public void Register(IServiceCollection services) => services.AddObjective<SimSiamObjective, SimSiamOptions>("simsiam");
}
