using Microsoft.Extensions.DependencyInjection;

namespace SslFramework.Plugins.Colorization;

/// <summary>Colorization, Zhang et al. 2016, https://arxiv.org/abs/1603.08511, and the backbone that sees no colors.</summary>
public sealed class ColorizationPlugin : IPlugin
{
    /// <inheritdoc/>
    public void Register(IServiceCollection services) => services
        .AddObjective<ColorizationObjective, ColorizationOptions>("colorization")
        .AddBackbone<LightnessBackbone, LightnessOptions>("lightness");
}
