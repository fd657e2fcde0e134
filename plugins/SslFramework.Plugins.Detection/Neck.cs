namespace SslFramework.Plugins.Detection;

/// <summary>What lies between a backbone and the heads.</summary>
internal enum NeckKind
{
    /// <summary>Nothing: the last map but one serves all, and the last stage is the head of boxes.</summary>
    C4,

    /// <summary>A feature pyramid of the last maps.</summary>
    Fpn,

    /// <summary>A pyramid of the last map alone, for transformers.</summary>
    Simple,
}

/// <summary>Makes the maps that heads read of a backbone's.</summary>
internal abstract class Neck(string name) : nn.Module(name)
{
    /// <summary>Channels of its maps.</summary>
    public abstract int Channels { get; }

    /// <summary>Pixels of the view per pixel of each map, ascending.</summary>
    public abstract IReadOnlyList<double> Strides { get; }

    /// <summary>How many of its maps heads read; proposals are also made from the others.</summary>
    public virtual int ForHeads => Strides.Count - 1;

    /// <summary>The maps of images.</summary>
    /// <param name="images">float32 [N, C, H, W].</param>
    /// <returns>One per stride.</returns>
    public abstract IReadOnlyList<Tensor> Maps(Tensor images);

    /// <summary>Every second pixel of a map: one more level, for large anchors.</summary>
    protected static Tensor Coarser(Tensor map) => nn.functional.max_pool2d(map, 1, stride: 2);
}
