namespace SslFramework.Plugins.CPC;

/// <summary>
/// Shows a network the overlapping patches of an image one by one, and takes the mean of what it makes of them. Hénaff et al. 2019,
/// https://arxiv.org/abs/1905.09272, section 2
/// </summary>
public sealed class PatchGridBackbone : nn.Module, IBackbone
{
    // RegisterComponents is not used: the network is registered once, under its own name.
    private readonly Func<IBackbone> inner;
    private readonly bool wholeImages;

    /// <summary>Builds the network for patches.</summary>
    public PatchGridBackbone(PatchGridOptions options, IComponentFactory components, DataInfo data)
        : base("patchGrid")
    {
        var network = components.Create(options.Inner!, data with { Size = new ImageSize(options.PatchSize, options.PatchSize) });
        (PatchSize, Stride, wholeImages, inner) = (options.PatchSize, options.Stride, options.WholeImages, () => network);
        register_module("inner", network.Module);
    }

    /// <inheritdoc/>
    public nn.Module Module => this;

    /// <inheritdoc/>
    public int Channels => inner().Channels;

    /// <inheritdoc/>
    public int FeatureDimension => inner().FeatureDimension;

    /// <inheritdoc/>
    public IReadOnlyList<BackboneLayer> Layers => inner().Layers;

    /// <summary>Side of a patch in pixels.</summary>
    public int PatchSize { get; }

    /// <summary>Pixels from one patch to the next.</summary>
    public int Stride { get; }

    /// <summary>Counts the patches of images.</summary>
    /// <param name="images">[N, C, H, W].</param>
    /// <exception cref="ExperimentException">The images are smaller than a patch.</exception>
    public (int Rows, int Columns) GridOf(Tensor images)
    {
        var (height, width) = ((int)images.shape[2], (int)images.shape[3]);
        return Math.Min(height, width) >= PatchSize
            ? (((height - PatchSize) / Stride) + 1, ((width - PatchSize) / Stride) + 1)
            : throw new ExperimentException(
                FailureKind.Config,
                $"The images are {height}×{width}, and \"patch-grid\" cuts patches of {PatchSize} pixels; "
                + "lower \"patchSize\" in \"backbone\", or take larger images.");
    }

    /// <summary>Encodes patches, each by itself.</summary>
    /// <param name="patches">[N · P, C, p, p]; they may be smaller than <see cref="PatchSize"/>.</param>
    /// <returns>[N · P, D].</returns>
    public Tensor Encode(Tensor patches) => inner().Forward(patches);

    /// <summary>Returns the mean over the patches of an image.</summary>
    /// <param name="images">float32 [N, C, H, W].</param>
    /// <returns>[N, D].</returns>
    public Tensor Forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        var features = wholeImages ? Encode(images) : Encode(Cut(images)).unflatten(0, [images.shape[0], -1]).mean([1]);
        return features.MoveToOuterDisposeScope();
    }

    /// <summary>Returns the layers of the network: maps or tokens of all patches of an image side by side.</summary>
    /// <param name="images">float32 [N, C, H, W].</param>
    public IReadOnlyList<Tensor> ForwardLayers(Tensor images)
    {
        using var scope = NewDisposeScope();
        var layers = inner().ForwardLayers(wholeImages ? images : Cut(images));
        return [.. layers.Select(layer => (wholeImages ? layer : Joined(layer)).MoveToOuterDisposeScope())];

        Tensor Joined(Tensor layer)
        {
            var (n, (rows, columns)) = (images.shape[0], GridOf(images));
            return layer.ndim == 4
                ? layer.unflatten(0, [n, rows, columns]).permute(0, 3, 1, 4, 2, 5).reshape(n, layer.shape[1], rows * layer.shape[2], -1)
                : layer.reshape(n, -1, layer.shape[^1]);
        }
    }

    /// <inheritdoc/>
    public Tensor? FeaturesOf(IReadOnlyList<Tensor> layers) => wholeImages ? inner().FeaturesOf(layers) : null;

    /// <summary>Cuts images from their upper left corner on, [N, C, H, W] → [N · P, C, p, p], row by row.</summary>
    private Tensor Cut(Tensor images)
    {
        GridOf(images);
        var patches = images.unfold(2, PatchSize, Stride).unfold(3, PatchSize, Stride); // [N, C, R, S, p, p]
        return patches.permute(0, 2, 3, 1, 4, 5).flatten(0, 2);
    }
}
