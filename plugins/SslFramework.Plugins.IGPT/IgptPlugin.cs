using Microsoft.Extensions.DependencyInjection;

namespace SslFramework.Plugins.IGPT;

/// <summary>Image GPT, Chen et al. 2020, https://proceedings.mlr.press/v119/chen20s.html: objective and transformer.</summary>
public sealed class IgptPlugin : IPlugin
{
    /// <inheritdoc/>
    public void Register(IServiceCollection services) => services
        .AddObjective<IgptObjective, IgptOptions>("igpt")
        .AddBackbone<PixelTransformer, PixelTransformerOptions>("igpt");
}
