using Microsoft.Extensions.DependencyInjection;

namespace SslFramework.Plugins.Exemplar;

/// <summary>Exemplar-CNN, Dosovitskiy et al. 2014, https://arxiv.org/abs/1406.6909</summary>
public sealed class ExemplarPlugin : IPlugin
{
    /// <inheritdoc/>
    public void Register(IServiceCollection services) =>
        services.AddObjective<ExemplarObjective, ExemplarOptions>("exemplar");
}
