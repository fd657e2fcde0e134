using Microsoft.Extensions.DependencyInjection;

namespace SslFramework.Plugins.VICReg;

/// <summary>Variance, invariance, covariance, Bardes et al. 2022, https://arxiv.org/abs/2105.04906</summary>
public sealed class VicRegPlugin : IPlugin
{
    /// <inheritdoc/>
    public void Register(IServiceCollection services) =>
        services.AddObjective<VicRegObjective, VicRegOptions>("vicreg");
}
