using SslFramework.Core.Evaluation.Metrics;
using TorchSharp.Modules;

namespace SslFramework.Plugins.Detection;

/// <summary>A box to learn from.</summary>
/// <param name="Image">The image's number in the batch.</param>
/// <param name="Box">The box, in pixels of the view.</param>
/// <param name="Object">The object that it is of; null for background.</param>
internal sealed record SampledRoi(int Image, Box Box, ViewObject? Object);

/// <summary>What a detector says of a view.</summary>
/// <param name="Class">The class.</param>
/// <param name="Score">How sure it is, 0 to 1.</param>
/// <param name="Box">The box, in pixels of the view.</param>
internal readonly record struct ViewDetection(int Class, double Score, Box Box);

/// <summary>
/// Tells what is in each proposal, and where exactly: its class, how its box differs, and if wanted its mask and its points. Girshick
/// 2015, https://arxiv.org/abs/1504.08083; He et al. 2017, https://arxiv.org/abs/1703.06870
/// </summary>
internal sealed class RoiHeads : nn.Module
{
    private const double ClassDeviation = 0.01;
    private const double BoxDeviation = 0.001;
    private const double FoundFrom = 0.5;
    private const double PositiveShare = 0.25;
    private const ulong Stream = 1; // of random numbers; proposals draw from another

    private static readonly Matcher Objects = new(FoundFrom, FoundFrom, everyObject: false);

    private readonly DetectionSettings settings;
    private readonly IReadOnlyList<double> strides;
    private readonly int count;
    private readonly BoxHead head;
    private readonly Linear classes;
    private readonly Linear deltas;
    private readonly MaskHead? masks;
    private readonly KeypointHead? keypoints;

    /// <summary>Makes the heads.</summary>
    /// <param name="backbone">Gives its last stage to the neck C4.</param>
    /// <param name="neck">Gives the maps.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="annotations">What is known of the images.</param>
    /// <exception cref="ExperimentException">The backbone has no last stage of its own.</exception>
    public RoiHeads(IMapBackbone backbone, Neck neck, DetectionSettings settings, AnnotationInfo annotations)
        : base(nameof(RoiHeads))
    {
        this.settings = settings;
        (strides, count) = ([.. neck.Strides.Take(neck.ForHeads)], annotations.ObjectClasses.Count);
        head = settings.Neck == NeckKind.C4 ? new StageHead(backbone, settings.BoxSide) : new DenseHead(neck.Channels, settings);
        classes = NewLayers.Narrow(head.Length, count + 1, ClassDeviation);
        deltas = NewLayers.Narrow(head.Length, BoxCoder.Length * count, BoxDeviation);
        masks = settings.Masks ? new MaskHead(settings.Neck == NeckKind.C4 ? head.Length : neck.Channels, count, settings) : null;
        keypoints = settings.Keypoints ? new KeypointHead(neck.Channels, annotations.KeypointNames.Count, settings) : null;
        RegisterComponents();
    }

    /// <summary>The losses, by name.</summary>
    /// <param name="maps">The neck's maps of a batch.</param>
    /// <param name="proposals">For each image.</param>
    /// <param name="targets">The objects.</param>
    /// <param name="step">The step's number.</param>
    public Dictionary<string, Tensor> Losses(IReadOnlyList<Tensor> maps, Box[][] proposals, ViewTarget[] targets, long step)
    {
        using var scope = NewDisposeScope();
        var rois = Sample(proposals, targets, step);
        var shared = head.Maps(Pool(maps, rois, head.Side));
        var vectors = head.Vectors(shared);
        var losses = new Dictionary<string, Tensor>
        {
            ["classes"] = ClassLoss(classes.call(vectors).AtLeastFloat32(), rois),
            ["boxes"] = BoxLoss(deltas.call(vectors).AtLeastFloat32(), rois),
        };
        int[] found = [.. rois.Index().Where(roi => roi.Item.Object is not null).Select(roi => roi.Index)];
        SampledRoi[] positives = [.. found.Select(i => rois[i])];
        if (masks is not null && found.Length > 0)
        {
            var features = settings.Neck == NeckKind.C4
                ? shared.index_select(0, tensor(Array.ConvertAll(found, i => (long)i), device: shared.device))
                : Pool(maps, positives, settings.MaskSide);
            losses["masks"] = masks.Loss(features, positives, [.. targets.Select(target => target.Places)]);
        }

        SampledRoi[] withPoints = [.. positives.Where(KeypointHead.HasPoints)];
        if (keypoints is not null && withPoints.Length > 0)
        {
            losses["keypoints"] = keypoints.Loss(Pool(maps, withPoints, settings.MaskSide), withPoints);
        }

        return losses.ToDictionary(loss => loss.Key, loss => loss.Value.MoveToOuterDisposeScope());
    }

    /// <summary>Draws the boxes to learn from: of proposals and of the objects' own boxes, those of objects first in each image.</summary>
    public SampledRoi[] Sample(Box[][] proposals, ViewTarget[] targets, long step) =>
    [
        .. targets.SelectMany((target, n) =>
        {
            Box[] all = [.. proposals[n], .. target.Boxes];
            var matches = Objects.Match(all, target.Boxes);
            var random = new SampleRandom((ulong)settings.Seed, (ulong)step, (ulong)target.Index, Stream);
            var sample = BalancedSample.Draw(matches, settings.RoiSamples, PositiveShare, random);
            return sample.Positives.Concat(sample.Negatives)
                .Select(i => new SampledRoi(n, all[i], matches[i] < 0 ? null : target.Objects[matches[i]]));
        }),
    ];

    /// <summary>What is in each image, best first.</summary>
    /// <param name="maps">The neck's maps of a batch.</param>
    /// <param name="proposals">For each image.</param>
    /// <param name="places">Where each view comes from.</param>
    public DetectedObject[][] Detect(IReadOnlyList<Tensor> maps, Box[][] proposals, ViewPlaces[] places)
    {
        using var gradient = no_grad();
        return [.. places.Select((place, n) =>
        {
            using var scope = NewDisposeScope();
            var found = proposals[n].Length == 0 ? [] : Boxes(maps, n, proposals[n], place.Content);
            SampledRoi[] rois = [.. found.Select(one => new SampledRoi(n, one.Box, null))];
            var shown = rois.Length > 0 && masks is not null ? masks.Masks(MaskFeatures(maps, rois), found, place) : null;
            var points = rois.Length > 0 && keypoints is not null
                ? keypoints.Points(Pool(maps, rois, settings.MaskSide), rois, place) : null;
            var image = new Box(0, 0, place.Image.Width, place.Image.Height);
            return found.Select((one, i) => new DetectedObject(one.Class, one.Score, ViewPlaces.Clip(place.ToImage(one.Box), image))
            {
                Mask = shown?[i],
                Keypoints = points?[i] ?? [],
            }).ToArray();
        })];
    }

    private Tensor MaskFeatures(IReadOnlyList<Tensor> maps, SampledRoi[] rois) => settings.Neck == NeckKind.C4
        ? head.Maps(Pool(maps, rois, head.Side)) : Pool(maps, rois, settings.MaskSide);

    private ViewDetection[] Boxes(IReadOnlyList<Tensor> maps, int image, Box[] proposals, Box content)
    {
        using var scope = NewDisposeScope();
        var vectors = head.Vectors(head.Maps(Pool(maps, [.. proposals.Select(box => new SampledRoi(image, box, null))], head.Side)));
        var scores = classes.call(vectors).AtLeastFloat32().softmax(1).cpu().data<float>().ToArray(); // [R, C + 1]
        var differences = deltas.call(vectors).AtLeastFloat32().cpu().data<float>().ToArray(); // [R, 4 · C]
        var (boxes, likely, kinds) = (new List<Box>(), new List<double>(), new List<int>());
        for (var i = 0; i < proposals.Length * count; i++)
        {
            var (roi, kind) = Math.DivRem(i, count);
            var score = scores[(roi * (count + 1)) + kind];
            if (score > settings.LeastScore)
            {
                var box = BoxCoder.OfDetections.Decode(proposals[roi], differences.AsSpan(i * BoxCoder.Length, BoxCoder.Length));
                boxes.Add(ViewPlaces.Clip(box, content));
                likely.Add(score);
                kinds.Add(kind);
            }
        }

        var kept = NonMaximumSuppression.KeepByClass(
            boxes.ToArray(), likely.ToArray(), kinds.ToArray(), settings.MostOverlap, settings.MostDetections);
        return Array.ConvertAll(kept, i => new ViewDetection(kinds[i], likely[i], boxes[i]));
    }

    private Tensor Pool(IReadOnlyList<Tensor> maps, SampledRoi[] rois, int side) =>
        RoiPooler.Pool(maps, strides, [.. rois.Select(roi => new BoxOfImage(roi.Image, roi.Box))], side);

    private Tensor ClassLoss(Tensor logits, SampledRoi[] rois) => nn.functional.cross_entropy(
        logits, tensor(Array.ConvertAll(rois, roi => (long)(roi.Object?.Class ?? count)), device: logits.device));

    private Tensor BoxLoss(Tensor differences, SampledRoi[] rois)
    {
        using var scope = NewDisposeScope();
        var (rows, wanted, delta) = (new List<long>(), new List<float>(), new float[BoxCoder.Length]);
        foreach (var (i, roi) in rois.Index())
        {
            if (roi.Object is { } one)
            {
                BoxCoder.OfDetections.Encode(roi.Box, one.Box, delta);
                wanted.AddRange(delta);
                rows.Add(((long)i * count) + one.Class);
            }
        }

        var device = differences.device;
        var errors = differences.view(-1, BoxCoder.Length).index_select(0, tensor(rows.ToArray(), device: device))
            .sub(tensor(wanted.ToArray(), [rows.Count, BoxCoder.Length], device: device)).abs();
        var beta = settings.BoxBeta;
        var sizes = beta == 0 ? errors : where(errors.lt(beta), errors.square().mul(0.5 / beta), errors.sub(beta / 2));
        return sizes.sum().div(rois.Length).MoveToOuterDisposeScope();
    }
}
