namespace SslFramework.Plugins.Segmentation;

/// <summary>
/// Two dilated 3 × 3 convolutions with BatchNorm and ReLU on the last map, and a linear classifier of places: the head of MoCo's
/// segmentations (https://arxiv.org/abs/1911.05722 appendix A), after Long et al. 2015, https://arxiv.org/abs/1411.4038
/// </summary>
internal sealed class FcnHead : SegmentationHead
{
    private readonly nn.Module<Tensor, Tensor> convs;
    private readonly nn.Module<Tensor, Tensor> classifier;

    /// <summary>Makes the head.</summary>
    public FcnHead(IMapBackbone backbone, int width, int dilation, int classes)
        : base("fcn", [backbone.Maps.Count - 1])
    {
        convs = nn.Sequential(Block(backbone.Maps[^1].Channels, width, 3, dilation), Block(width, width, 3, dilation));
        classifier = Classifier(width, classes);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor Scores(IReadOnlyList<Tensor> maps) => classifier.call(convs.call(maps[0]));
}
