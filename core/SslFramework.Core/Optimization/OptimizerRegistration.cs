using Microsoft.Extensions.DependencyInjection;

namespace SslFramework.Core.Optimization;

/// <summary>Registers the framework's optimizers and schedules.</summary>
internal static class OptimizerRegistration
{
    /// <summary>Adds <c>sgd</c>, <c>adamw</c>, <c>lars</c> and the schedules <c>cosine</c> and <c>steps</c>.</summary>
    public static IServiceCollection AddOptimizers(this IServiceCollection services) => services
        .AddComponent<IOptimizer, Sgd, SgdOptions>("sgd")
        .AddComponent<IOptimizer, AdamW, AdamWOptions>("adamw")
        .AddComponent<IOptimizer, Lars, LarsOptions>("lars")
        .AddComponent<ISchedule, CosineSchedule, CosineOptions>("cosine")
        .AddComponent<ISchedule, StepsSchedule, StepsOptions>("steps");
}
