using Microsoft.Extensions.DependencyInjection;
using SslFramework.Host.Components;

namespace SslFramework.Host.Plugins;

/// <summary>What components may ask for in their constructors.</summary>
internal static class ComponentServices
{
    /// <summary>The plugins' services and the two factories. <see cref="DataInfo"/> is added once the data is open.</summary>
    public static IServiceCollection For(Installation installation, Component<IBackbone> backbone) => For(installation)
        .AddSingleton(backbone)
        .AddSingleton<IBackboneFactory, BackboneFactory>();

    /// <summary>What is enough for data sources.</summary>
    public static IServiceCollection For(Installation installation)
    {
        IServiceCollection services = new ServiceCollection();
        foreach (var service in installation.Services)
        {
            services.Add(service);
        }

        return services
            .AddSingleton(installation.Components)
            .AddSingleton<IComponentFactory, ComponentFactory>()
            .AddSingleton<ProgressRelay>()
            .AddSingleton<StartWeightsReader>()
            .AddSingleton<IProgress<EvaluationProgress>>(provider => provider.GetRequiredService<ProgressRelay>())
            .AddSingleton<IProgress<Figure>>(provider => provider.GetRequiredService<ProgressRelay>())
            .AddSingleton<IProgress<Chart>>(provider => provider.GetRequiredService<ProgressRelay>());
    }
}
