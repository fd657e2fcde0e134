using Microsoft.Extensions.DependencyInjection;
using SslFramework.Core.Augmentations;
using SslFramework.Core.Backbones;
using SslFramework.Core.Data;
using SslFramework.Core.Evaluation;
using SslFramework.Core.Optimization;

namespace SslFramework.Core;

/// <summary>Registers the framework's own components, in the same way as a plugin's.</summary>
public sealed class CoreComponents : IPlugin
{
    /// <inheritdoc/>
    public void Register(IServiceCollection services) => services
        .AddDataSources()
        .AddAugmentations()
        .AddBackbones()
        .AddOptimizers()
        .AddEvaluators();
}
