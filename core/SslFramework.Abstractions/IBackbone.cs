namespace SslFramework;

/// <summary>An encoder that is pretrained: images in, one feature vector each out.</summary>
/// <remarks>
/// State-dict keys are those of the public implementation (torchvision's for ResNet, timm's for ViT), so that exported
/// weights load elsewhere. Heads never belong to a backbone.
/// </remarks>
public interface IBackbone
{
    /// <summary>The TorchSharp module that owns the weights.</summary>
    nn.Module Module { get; }

    /// <summary>Number of channels that images must have.</summary>
    int Channels { get; }

    /// <summary>D, the length of a feature vector.</summary>
    int FeatureDimension { get; }

    /// <summary>
    /// The named layers in order from input to output, each with its own parameters: for per-layer probes, freezing and
    /// layer-wise learning rates. Together they hold every parameter of <see cref="Module"/> once.
    /// </summary>
    IReadOnlyList<BackboneLayer> Layers { get; }

    /// <summary>Encodes images.</summary>
    /// <param name="images">float32 [N, C, H, W].</param>
    /// <returns>Features [N, D].</returns>
    Tensor Forward(Tensor images);

    /// <summary>Encodes images and returns the output of every layer of <see cref="Layers"/>, in the same order.</summary>
    /// <param name="images">float32 [N, C, H, W].</param>
    /// <returns>One tensor per layer: maps [N, C, H, W] of a convolutional network, tokens [N, L, D] of a transformer.</returns>
    IReadOnlyList<Tensor> ForwardLayers(Tensor images);

    /// <summary>
    /// Computes what <see cref="Forward"/> gives from what <see cref="ForwardLayers"/> gave for the same images, or returns null if
    /// that is not possible. It saves evaluators that use every layer a second pass.
    /// </summary>
    /// <returns>[N, D] or null.</returns>
    Tensor? FeaturesOf(IReadOnlyList<Tensor> layers) => null;

    /// <summary>
    /// The backbone as another type, for a method that needs more than features; null if it is not of that type. A cast would not
    /// see through what the host wraps around a backbone.
    /// </summary>
    /// <exception cref="ExperimentException">
    /// It is of that type, but what the experiment wraps around it works on features only.
    /// </exception>
    TOther? As<TOther>()
        where TOther : class => this as TOther;
}
