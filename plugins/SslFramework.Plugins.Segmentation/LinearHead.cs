namespace SslFramework.Plugins.Segmentation;

/// <summary>BatchNorm and a linear classifier of places on the last map.</summary>
internal sealed class LinearHead : SegmentationHead
{
    private readonly nn.Module<Tensor, Tensor> norm;
    private readonly nn.Module<Tensor, Tensor> classifier;

    /// <summary>Makes the head.</summary>
    public LinearHead(IMapBackbone backbone, int classes)
        : base("linear", [backbone.Maps.Count - 1])
    {
        var channels = backbone.Maps[^1].Channels;
        (norm, classifier) = (nn.BatchNorm2d(channels), Classifier(channels, classes));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor Scores(IReadOnlyList<Tensor> maps) => classifier.call(norm.call(maps[0]));
}
