namespace SslFramework.Plugins.Segmentation;

/// <summary>Makes scores of classes from maps of a backbone.</summary>
/// <param name="name">The module's name.</param>
/// <param name="which">Numbers of the maps that it takes.</param>
internal abstract class SegmentationHead(string name, IReadOnlyList<int> which) : nn.Module(name)
{
    private const double Deviation = 0.01; // of a classifier's start weights: it begins by calling all classes equally likely

    /// <summary>Numbers of the maps that it takes.</summary>
    public IReadOnlyList<int> Which => which;

    /// <summary>Builds the head that the settings name.</summary>
    /// <param name="backbone">With the stride that it will have.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="classes">Number of classes.</param>
    public static SegmentationHead Of(IMapBackbone backbone, SegmentationSettings settings, int classes) => settings.Head switch
    {
        HeadKind.Fcn => new FcnHead(backbone, settings.Width, settings.Dilation, classes),
        HeadKind.Upernet => new UperNetHead(backbone, settings, classes),
        _ => new LinearHead(backbone, classes),
    };

    /// <summary>Scores of classes.</summary>
    /// <param name="maps">The maps of <see cref="Which"/>.</param>
    /// <returns>[N, classes, h, w], as large as one of the maps or larger.</returns>
    public abstract Tensor Scores(IReadOnlyList<Tensor> maps);

    /// <summary>Scores of a second classifier that helps to train, or null.</summary>
    /// <param name="maps">The maps of <see cref="Which"/>.</param>
    public virtual Tensor? AuxiliaryScores(IReadOnlyList<Tensor> maps) => null;

    /// <summary>A convolution that keeps the size, BatchNorm and ReLU.</summary>
    protected static nn.Module<Tensor, Tensor> Block(int input, int output, int kernel, int dilation = 1) => nn.Sequential(
        nn.Conv2d(input, output, kernel, padding: dilation * (kernel / 2), dilation: dilation, bias: false),
        nn.BatchNorm2d(output),
        nn.ReLU(inplace: true));

    /// <summary>A linear classifier of places.</summary>
    protected static nn.Module<Tensor, Tensor> Classifier(int input, int classes)
    {
        var classifier = nn.Conv2d(input, classes, 1);
        using var gradient = no_grad();
        classifier.weight!.normal_(0, Deviation);
        classifier.bias!.zero_();
        return classifier;
    }
}
