using Microsoft.Extensions.DependencyInjection;

namespace SslFramework.Plugins.MAE;

/// <summary>Masked autoencoders (MAE), He et al. 2022, https://arxiv.org/abs/2111.06377</summary>
public sealed class MaePlugin : IPlugin
{
    /// <inheritdoc/>
    public void Register(IServiceCollection services) => services.AddObjective<MaeObjective, MaeOptions>("mae");
}
