using Microsoft.Extensions.DependencyInjection;

namespace SslFramework.Plugins.Rotation;

/// <summary>Rotation prediction (RotNet), Gidaris et al. 2018, https://arxiv.org/abs/1803.07728</summary>
public sealed class RotationPlugin : IPlugin
{
    /// <inheritdoc/>
    public void Register(IServiceCollection services) =>
        services.AddObjective<RotationObjective, RotationOptions>("rotation");
}
