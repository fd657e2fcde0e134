using Microsoft.Extensions.DependencyInjection;

namespace SslFramework.Plugins.DINO;

/// <summary>
/// Self-distillation with no labels: DINO, Caron et al. 2021, https://arxiv.org/abs/2104.14294, and DINOv2, Oquab et al. 2023,
/// https://arxiv.org/abs/2304.07193
/// </summary>
public sealed class DinoPlugin : IPlugin
{
    /// <inheritdoc/>
    public void Register(IServiceCollection services) => services
        .AddObjective<DinoObjective, DinoOptions>("dino")
        .AddObjective<Dinov2Objective, Dinov2Options>("dinov2");
}
