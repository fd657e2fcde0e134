using Microsoft.Extensions.DependencyInjection;

namespace SslFramework.Plugins.MoCo;

/// <summary>
/// Momentum contrast, He et al. 2020, https://arxiv.org/abs/1911.05722, and Chen et al. 2021, https://arxiv.org/abs/2104.02057,
/// with the two baselines of the first paper.
/// </summary>
public sealed class MocoPlugin : IPlugin
{
    /// <inheritdoc/>
    public void Register(IServiceCollection services) => services
        .AddObjective<MocoV1Objective, MocoV1Options>("moco-v1")
        .AddObjective<MocoV3Objective, MocoV3Options>("moco-v3")
        .AddObjective<EndToEndObjective, EndToEndOptions>("end-to-end")
        .AddObjective<MemoryBankObjective, MemoryBankOptions>("memory-bank");
}
