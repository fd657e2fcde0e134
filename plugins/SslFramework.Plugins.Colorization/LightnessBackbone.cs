using SslFramework.Core.Augmentations.Batched;

namespace SslFramework.Plugins.Colorization;

/// <summary>
/// Shows a network how light images are, and not their colors: L of CIE L*a*b*, −1 for black and 1 for white. Zhang et al. 2016,
/// https://arxiv.org/abs/1603.08511
/// </summary>
public sealed class LightnessBackbone : nn.Module, IBackbone
{
    // RegisterComponents is not used: the network is registered once, under its own name.
    private readonly Func<IBackbone> inner;

    /// <summary>Builds the network for one channel.</summary>
    /// <exception cref="ExperimentException">The images have no colors, or the network takes other channels.</exception>
    public LightnessBackbone(LightnessOptions options, IComponentFactory components, DataInfo data)
        : base("lightness")
    {
        if (data.Channels != 3)
        {
            throw ColorizationObjective.NoColors();
        }

        var network = components.Create(options.Inner!, data with { Channels = 1 });
        if (network.Channels != 1)
        {
            throw new ExperimentException(
                FailureKind.Config,
                $"\"lightness\" shows its network 1 channel, but \"inner\" takes {network.Channels}; remove \"channels\" in it.");
        }

        inner = () => network;
        register_module("inner", network.Module);
    }

    /// <inheritdoc/>
    public nn.Module Module => this;

    /// <summary>Red, green and blue, from 0 to 1.</summary>
    public int Channels => 3;

    /// <inheritdoc/>
    public int FeatureDimension => inner().FeatureDimension;

    /// <inheritdoc/>
    public IReadOnlyList<BackboneLayer> Layers => inner().Layers;

    /// <summary>Computes the lightness.</summary>
    /// <param name="images">[N, 3, H, W] in [0, 1].</param>
    /// <returns>[N, 1, H, W].</returns>
    public static Tensor Lightness(Tensor images)
    {
        using var scope = NewDisposeScope();
        using var float32Only = Autocast.Pause(images.device_type);
        return ((Lab.FromRgb(images).narrow(1, 0, 1) - 50) / 50).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        return inner().Forward(Lightness(images)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public IReadOnlyList<Tensor> ForwardLayers(Tensor images)
    {
        using var scope = NewDisposeScope();
        return [.. inner().ForwardLayers(Lightness(images)).Select(layer => layer.MoveToOuterDisposeScope())];
    }

    /// <inheritdoc/>
    public Tensor? FeaturesOf(IReadOnlyList<Tensor> layers) => inner().FeaturesOf(layers);
}
