using Microsoft.Extensions.DependencyInjection;

namespace SslFramework.Plugins.LeJEPA;

/// <summary>LeJEPA, Balestriero and LeCun 2025, https://arxiv.org/abs/2511.08544</summary>
public sealed class LeJepaPlugin : IPlugin
{
    /// <inheritdoc/>
    public void Register(IServiceCollection services) =>
        services.AddObjective<LeJepaObjective, LeJepaOptions>("lejepa");
}
