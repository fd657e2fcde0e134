using Microsoft.Extensions.DependencyInjection;

namespace SslFramework.Plugins.RevNet;

/// <summary>Reversible residual networks, Gomez et al. 2017, https://arxiv.org/abs/1707.04585</summary>
public sealed class RevNetPlugin : IPlugin
{
    /// <inheritdoc/>
    public void Register(IServiceCollection services) => services.AddBackbone<RevNet50, RevNetOptions>("revnet50");
}
