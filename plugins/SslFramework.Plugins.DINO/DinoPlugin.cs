using Microsoft.Extensions.DependencyInjection;

namespace SslFramework.Plugins.DINO;

/// <summary>Self-distillation with no labels, Caron et al. 2021, https://arxiv.org/abs/2104.14294, and DINOv2, Oquab et al. 2023, https://arxiv.org/abs/2304.07193</summary>
public sealed class DinoPlugin : IPlugin
{
    /// <inheritdoc/>
    public void Register(IServiceCollection services)
    {
    }
}
