using Microsoft.Extensions.DependencyInjection;

namespace SslFramework.Plugins.BYOL;

/// <summary>Bootstrap your own latent, Grill et al. 2020, https://arxiv.org/abs/2006.07733</summary>
public sealed class ByolPlugin : IPlugin
{
    /// <inheritdoc/>
    public void Register(IServiceCollection services) => services.AddObjective<ByolObjective, ByolOptions>("byol");
}
