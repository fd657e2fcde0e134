using Microsoft.Extensions.DependencyInjection;

namespace SslFramework.Plugins.PIRL;

/// <summary>Pretext-invariant representations, Misra and van der Maaten 2019, https://arxiv.org/abs/1912.01991</summary>
public sealed class PirlPlugin : IPlugin
{
    /// <inheritdoc/>
    public void Register(IServiceCollection services) => services.AddObjective<PirlObjective, PirlOptions>("pirl");
}
