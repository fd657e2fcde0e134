using Microsoft.Extensions.DependencyInjection;

namespace SslFramework.Plugins.SplitBrain;

/// <summary>Split-brain autoencoders, Zhang et al. 2017, https://arxiv.org/abs/1611.09842</summary>
public sealed class SplitBrainPlugin : IPlugin
{
    /// <inheritdoc/>
    public void Register(IServiceCollection services) => services.AddObjective<SplitBrainObjective, SplitBrainOptions>("split-brain");
}
