using Microsoft.Extensions.DependencyInjection;

namespace SslFramework.Plugins.Detection;

/// <summary>Faster, Mask and Keypoint R-CNN, fine-tuned on a pretrained backbone.</summary>
public sealed class DetectionPlugin : IPlugin
{
    /// <inheritdoc/>
    public void Register(IServiceCollection services) => services.AddEvaluator<DetectionEvaluator, DetectionOptions>("detection");
}
