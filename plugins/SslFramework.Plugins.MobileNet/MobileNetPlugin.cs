using Microsoft.Extensions.DependencyInjection;
using SslFramework.Core.Weights;

namespace SslFramework.Plugins.MobileNet;

/// <summary>MobileNetV3, Howard et al. 2019, https://arxiv.org/abs/1905.02244</summary>
public sealed class MobileNetPlugin : IPlugin
{
    /// <inheritdoc/>
    public void Register(IServiceCollection services) => services
        .AddBackbone<MobileNetV3Small, MobileNetOptions>(MobileNetSize.Small.Name)
        .AddBackbone<MobileNetV3Large, MobileNetOptions>(MobileNetSize.Large.Name)
        .AddSingleton<ForeignFamily, ForeignMobileNet>();
}
