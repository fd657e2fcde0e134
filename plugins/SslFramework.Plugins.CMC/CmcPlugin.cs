using Microsoft.Extensions.DependencyInjection;

namespace SslFramework.Plugins.CMC;

/// <summary>Contrastive multiview coding, Tian, Krishnan and Isola 2019, https://arxiv.org/abs/1906.05849</summary>
public sealed class CmcPlugin : IPlugin
{
    /// <inheritdoc/>
    public void Register(IServiceCollection services) => services.AddObjective<CmcObjective, CmcOptions>("cmc");
}
