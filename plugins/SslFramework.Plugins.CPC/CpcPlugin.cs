using Microsoft.Extensions.DependencyInjection;

namespace SslFramework.Plugins.CPC;

/// <summary>
/// Contrastive predictive coding, Hénaff et al. 2019, https://arxiv.org/abs/1905.09272, and the grid of patches that its network sees.
/// </summary>
public sealed class CpcPlugin : IPlugin
{
    /// <inheritdoc/>
    public void Register(IServiceCollection services) => services
        .AddObjective<CpcObjective, CpcOptions>("cpc")
        .AddBackbone<PatchGridBackbone, PatchGridOptions>("patch-grid");
}
