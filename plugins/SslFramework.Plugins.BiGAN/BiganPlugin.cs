using Microsoft.Extensions.DependencyInjection;

namespace SslFramework.Plugins.BiGAN;

/// <summary>
/// Bidirectional generative adversarial networks, Donahue et al. 2017, https://arxiv.org/abs/1605.09782, and Donahue and Simonyan 2019,
/// https://arxiv.org/abs/1907.02544
/// </summary>
public sealed class BiganPlugin : IPlugin
{
    /// <inheritdoc/>
    public void Register(IServiceCollection services) => services
        .AddObjective<BiganObjective, BiganOptions>("bigan")
        .AddObjective<BigbiganObjective, BigbiganOptions>("bigbigan");
}
