using Microsoft.Extensions.DependencyInjection;

namespace SslFramework.Plugins.InstanceDiscrimination;

/// <summary>
/// Instance discrimination, Wu et al. 2018, https://arxiv.org/abs/1805.01978, and local aggregation, which goes on from it, Zhuang et al.
/// 2019, https://arxiv.org/abs/1903.12355
/// </summary>
public sealed class InstanceDiscriminationPlugin : IPlugin
{
    /// <inheritdoc/>
    public void Register(IServiceCollection services) => services
        .AddObjective<InstanceDiscriminationObjective, InstanceDiscriminationOptions>("instance-discrimination")
        .AddObjective<LocalAggregationObjective, LocalAggregationOptions>("local-aggregation");
}
