using Microsoft.Extensions.DependencyInjection;

namespace SslFramework.Plugins.ContextEncoder;

/// <summary>Context encoders, Pathak et al. 2016, https://arxiv.org/abs/1604.07379</summary>
public sealed class ContextEncoderPlugin : IPlugin
{
    /// <inheritdoc/>
    public void Register(IServiceCollection services) =>
        services.AddObjective<ContextEncoderObjective, ContextEncoderOptions>("context-encoder");
}
