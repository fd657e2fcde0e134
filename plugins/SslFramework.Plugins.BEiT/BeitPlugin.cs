using Microsoft.Extensions.DependencyInjection;
using SslFramework.Core.Weights;

namespace SslFramework.Plugins.BEiT;

/// <summary>
/// BEiT, Bao et al. 2021, https://arxiv.org/abs/2106.08254, and what makes its targets: clusters of patches, or a discrete variational
/// autoencoder
/// </summary>
public sealed class BeitPlugin : IPlugin
{
    /// <inheritdoc/>
    public void Register(IServiceCollection services) => services
        .AddObjective<BeitObjective, BeitOptions>("beit")
        .AddObjective<DvaeObjective, DvaeOptions>("dvae")
        .AddBackbone<DvaeEncoder, DvaeEncoderOptions>("dvae-encoder")
        .AddComponent<ITokenizer, PatchKMeans, PatchKMeansOptions>("patch-kmeans")
        .AddComponent<ITokenizer, DvaeTokenizer, DvaeTokenizerOptions>("dvae")
        .AddSingleton<ForeignFamily, ForeignDvae>();
}
