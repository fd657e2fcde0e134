using Microsoft.Extensions.DependencyInjection;

namespace SslFramework.Plugins.BarlowTwins;

/// <summary>Barlow Twins, Zbontar et al. 2021, https://arxiv.org/abs/2103.03230</summary>
public sealed class BarlowTwinsPlugin : IPlugin
{
    /// <inheritdoc/>
    public void Register(IServiceCollection services) =>
        services.AddObjective<BarlowTwinsObjective, BarlowTwinsOptions>("barlow-twins");
}
