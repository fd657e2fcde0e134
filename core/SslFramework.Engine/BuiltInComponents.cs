using Microsoft.Extensions.DependencyInjection;
using SslFramework.Core.Augmentations;
using SslFramework.Core.Backbones;
using SslFramework.Core.Optimization;
using SslFramework.Engine.Data;
using SslFramework.Engine.Evaluation;

namespace SslFramework.Engine;

/// <summary>Registers the framework's own components, by the same door as a plugin's.</summary>
internal sealed class BuiltInComponents : IPlugin
{
    /// <inheritdoc/>
    public void Register(IServiceCollection services) => services
        .AddDataSources()
        .AddAugmentations()
        .AddBackbones()
        .AddOptimizers()
        .AddEvaluators();
}
