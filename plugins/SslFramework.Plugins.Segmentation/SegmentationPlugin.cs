using Microsoft.Extensions.DependencyInjection;

namespace SslFramework.Plugins.Segmentation;

/// <summary>Fine-tuning of a backbone for semantic segmentation.</summary>
public sealed class SegmentationPlugin : IPlugin
{
    /// <inheritdoc/>
    public void Register(IServiceCollection services) => services.AddEvaluator<Segmentation, SegmentationOptions>("segmentation");
}
