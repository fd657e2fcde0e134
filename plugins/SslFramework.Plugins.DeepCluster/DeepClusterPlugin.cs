using Microsoft.Extensions.DependencyInjection;

namespace SslFramework.Plugins.DeepCluster;

/// <summary>DeepCluster, Caron et al. 2018, https://arxiv.org/abs/1807.05520, and the edges that its network sees.</summary>
public sealed class DeepClusterPlugin : IPlugin
{
    /// <inheritdoc/>
    public void Register(IServiceCollection services) => services
        .AddObjective<DeepClusterObjective, DeepClusterOptions>("deep-cluster")
        .AddBackbone<SobelBackbone, SobelOptions>("sobel");
}
