using SslFramework.Core.Evaluation.Metrics;
namespace SslFramework.Plugins.Detection;

/// <summary>Backbone, neck, proposals and heads: a Faster, Mask or Keypoint R-CNN.</summary>
internal sealed class Detector : nn.Module
{
    private const int Multiple = 32;

    private readonly long step; // that sides are narrowed to a multiple of
    private readonly Neck neck;
    private readonly RegionProposals proposals;
    private readonly RoiHeads heads;

    /// <summary>Makes what a backbone does not bring along.</summary>
    /// <param name="backbone">The backbone; it stays its owner's.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="annotations">What is known of the images.</param>
    /// <exception cref="ExperimentException">The neck does not fit the backbone.</exception>
    public Detector(IMapBackbone backbone, DetectionSettings settings, AnnotationInfo annotations)
        : base(nameof(Detector))
    {
        var least = settings.Neck switch { NeckKind.C4 => 2, NeckKind.Fpn => settings.Levels, _ => 1 };
        if (backbone.Maps.Count < least)
        {
            throw new ExperimentException(
                FailureKind.Config,
                $"The neck needs {least} maps of the backbone, but {backbone.GetType().Name} gives {backbone.Maps.Count}; take another "
                + "backbone, or the neck 'simple'.");
        }

        neck = settings.Neck switch
        {
            NeckKind.C4 => new StageNeck(backbone),
            NeckKind.Fpn => new FeaturePyramid(backbone, settings.Levels, settings.Channels, settings.Norm),
            _ => new SimplePyramid(backbone, settings.Channels),
        };
        proposals = new RegionProposals(neck, settings);
        heads = new RoiHeads(backbone, neck, settings, annotations);
        step = Multiple * backbone.OutputStride / (long)System.Numerics.BigInteger.GreatestCommonDivisor(Multiple, backbone.OutputStride);
        RegisterComponents();
    }

    /// <summary>The losses, by name; their sum is learned from.</summary>
    /// <param name="images">float32 [N, C, H, W], on the weights' device.</param>
    /// <param name="targets">The objects, N.</param>
    /// <param name="number">The step's number, which decides what is drawn.</param>
    public Dictionary<string, Tensor> Losses(Tensor images, ViewTarget[] targets, long number)
    {
        using var scope = NewDisposeScope();
        var maps = neck.Maps(Narrowed(images, [.. targets.Select(target => target.Content)]));
        var outputs = proposals.Outputs(maps);
        var found = proposals.Proposals(outputs, [.. targets.Select(target => target.Content)], training: true);
        var (objectness, places) = proposals.Losses(outputs, targets, number);
        var losses = heads.Losses(maps, found, targets, number);
        losses["proposals"] = objectness;
        losses["proposalBoxes"] = places;
        return losses.ToDictionary(loss => loss.Key, loss => loss.Value.MoveToOuterDisposeScope());
    }

    /// <summary>What is in each image, best first, in pixels of the image.</summary>
    /// <param name="images">float32 [N, C, H, W], on the weights' device.</param>
    /// <param name="places">Where the views come from.</param>
    public DetectedObject[][] Detect(Tensor images, ViewPlaces[] places)
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        Box[] contents = [.. places.Select(place => place.Content)];
        var maps = neck.Maps(Narrowed(images, contents));
        return heads.Detect(maps, proposals.Proposals(proposals.Outputs(maps), contents, training: false), places);
    }

    /// <summary>Without what no image of the batch needs of an empty canvas.</summary>
    private Tensor Narrowed(Tensor images, Box[] contents) => images
        .narrow(2, 0, Side(contents.Max(content => content.Bottom), images.shape[2]))
        .narrow(3, 0, Side(contents.Max(content => content.Right), images.shape[3]));

    private long Side(double content, long most) => Math.Min(most, (long)Math.Ceiling(content / step) * step);
}
