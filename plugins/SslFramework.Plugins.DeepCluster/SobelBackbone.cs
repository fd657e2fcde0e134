namespace SslFramework.Plugins.DeepCluster;

/// <summary>
/// Shows a network the edges of an image in place of its colors, by which it would cluster otherwise: the mean of the channels, filtered
/// by Sobel's two kernels. Caron et al. 2018, https://arxiv.org/abs/1807.05520, section 4
/// </summary>
public sealed class SobelBackbone : nn.Module, IBackbone
{
    // RegisterComponents is not used: the network is registered once, under its own name.
    private readonly Func<IBackbone> inner;

    /// <summary>Builds the network for the two channels of edges.</summary>
    /// <exception cref="ExperimentException">The network takes other channels.</exception>
    public SobelBackbone(SobelOptions options, IComponentFactory components, DataInfo data)
        : base("sobel")
    {
        var network = components.Create(options.Inner!, data with { Channels = 2 });
        if (network.Channels != 2)
        {
            throw new ExperimentException(
                FailureKind.Config,
                $"\"sobel\" shows its network 2 channels of edges, but \"inner\" takes {network.Channels}; remove \"channels\" in it.");
        }

        (Channels, inner) = (data.Channels, () => network);
        register_module("inner", network.Module);
    }

    /// <inheritdoc/>
    public nn.Module Module => this;

    /// <inheritdoc/>
    public int Channels { get; }

    /// <inheritdoc/>
    public int FeatureDimension => inner().FeatureDimension;

    /// <inheritdoc/>
    public IReadOnlyList<BackboneLayer> Layers => inner().Layers;

    /// <summary>Computes the edges.</summary>
    /// <param name="images">[N, C, H, W].</param>
    /// <returns>[N, 2, H, W]: how fast an image darkens to the right, and to below, times 8.</returns>
    public static Tensor Edges(Tensor images)
    {
        using var scope = NewDisposeScope();
        using var float32Only = Autocast.Pause(images.device_type);
        var kernel = tensor(new double[] { 1, 0, -1, 2, 0, -2, 1, 0, -1 }, images.dtype, images.device).view(1, 3, 3);
        var kernels = stack([kernel, kernel.transpose(1, 2)]); // [2, 1, 3, 3]
        return nn.functional.conv2d(images.mean([1], keepdim: true), kernels, padding: [1, 1]).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        return inner().Forward(Edges(images)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public IReadOnlyList<Tensor> ForwardLayers(Tensor images)
    {
        using var scope = NewDisposeScope();
        return [.. inner().ForwardLayers(Edges(images)).Select(layer => layer.MoveToOuterDisposeScope())];
    }

    /// <inheritdoc/>
    public Tensor? FeaturesOf(IReadOnlyList<Tensor> layers) => inner().FeaturesOf(layers);
}
