using Microsoft.Extensions.DependencyInjection;

namespace SslFramework.Plugins.IJEPA;

/// <summary>Image-based joint-embedding predictive architecture (I-JEPA), Assran et al. 2023, https://arxiv.org/abs/2301.08243</summary>
public sealed class IJepaPlugin : IPlugin
{
    /// <inheritdoc/>
    public void Register(IServiceCollection services) => services.AddObjective<IJepaObjective, IJepaOptions>("i-jepa");
}
