namespace SslFramework;

/// <summary>Views of a batch of images, and which images they are. There are no labels: an objective cannot cheat.</summary>
public sealed class ViewBatch
{
    /// <summary>Makes a batch.</summary>
    /// <param name="views">One float32 tensor [N, C, H, W] per view; sizes may differ between views.</param>
    /// <param name="indices">Number of each image in its data source, [N].</param>
    public ViewBatch(IReadOnlyList<Tensor> views, IReadOnlyList<long> indices) => (Views, Indices) = (views, indices);

    /// <summary>One float32 tensor [N, C, H, W] per view.</summary>
    public IReadOnlyList<Tensor> Views { get; }

    /// <summary>Number of each image in its data source, [N].</summary>
    public IReadOnlyList<long> Indices { get; }

    /// <summary>
    /// Where the views come from, [N] or more for each view; empty if the augmentation does not tell
    /// (<see cref="ITracedAugmentation"/>).
    /// </summary>
    public IReadOnlyList<IReadOnlyList<ViewGeometry>> Geometry { get; init; } = [];

    /// <summary>N, the number of images.</summary>
    public int Count => Indices.Count;

    /// <summary>The device that the views are on.</summary>
    public Device Device => Views[0].device;

    /// <summary>The only view of a batch that has one.</summary>
    /// <exception cref="ExperimentException">The augmentation makes another number of views.</exception>
    public Tensor Single() => Exactly(1)[0];

    /// <summary>The two views of a batch that has two.</summary>
    /// <exception cref="ExperimentException">The augmentation makes another number of views.</exception>
    public (Tensor First, Tensor Second) Pair() => (Exactly(2)[0], Views[1]);

    /// <summary>The views of a batch that must have <paramref name="count"/> of them.</summary>
    /// <exception cref="ExperimentException">The augmentation makes another number of views.</exception>
    public IReadOnlyList<Tensor> Exactly(int count) => Views.Count == count
        ? Views
        : throw new ExperimentException(
            FailureKind.Config,
            $"The objective takes {count} view{(count == 1 ? "" : "s")} of each image, but the augmentation makes {Views.Count}; "
            + $"set \"count\" in \"augmentation\".\"views\" so that the views add up to {count}.");
}
