using Microsoft.Extensions.DependencyInjection;

namespace SslFramework.Plugins.DINO;

/// <summary>Self-distillation with no labels: DINO, Caron et al. 2021, https://arxiv.org/abs/2104.14294</summary>
public sealed class DinoPlugin : IPlugin
{
    /// <inheritdoc/>
    public void Register(IServiceCollection services) => services
        .AddObjective<DinoObjective, DinoOptions>("dino");
}
