using SslFramework.Core.Data.Masks;
using TorchSharp.Modules;

namespace SslFramework.Plugins.Detection;

/// <summary>
/// Says for each class which part of a box an object of it would cover; classes do not compete. He et al. 2017,
/// https://arxiv.org/abs/1703.06870
/// </summary>
internal sealed class MaskHead : nn.Module
{
    private const double Deviation = 0.001;

    private readonly Sequential convolutions;
    private readonly ConvTranspose2d doubled;
    private readonly Conv2d logits;

    /// <summary>Makes the head.</summary>
    /// <param name="input">Channels of its input.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="settings">The settings.</param>
    public MaskHead(int input, int classes, DetectionSettings settings)
        : base(nameof(MaskHead))
    {
        convolutions = NewLayers.Tower(settings.MaskConvolutions, input, settings.Channels, settings.Norm);
        doubled = NewLayers.Doubled(settings.MaskConvolutions == 0 ? input : settings.Channels, settings.Channels);
        logits = NewLayers.Narrow(settings.Channels, classes, 1, Deviation);
        RegisterComponents();
    }

    /// <summary>The mean cross-entropy of the cells of the true classes' masks.</summary>
    /// <param name="features">[P, C, s, s].</param>
    /// <param name="rois">P boxes of objects.</param>
    /// <param name="places">Where each view comes from.</param>
    public Tensor Loss(Tensor features, SampledRoi[] rois, ViewPlaces[] places)
    {
        using var scope = NewDisposeScope();
        var maps = Logits(features, Array.ConvertAll(rois, roi => roi.Object!.Class)); // [P, 2s, 2s]
        var side = (int)maps.shape[1];
        var wanted = new float[rois.Length * side * side];
        foreach (var (i, roi) in rois.Index())
        {
            var place = places[roi.Image];
            MaskTarget.Write(
                roi.Object!.Mask!, place.ToImage(roi.Box), place.Mirrored, side, wanted.AsSpan(i * side * side, side * side));
        }

        return nn.functional.binary_cross_entropy_with_logits(maps, tensor(wanted, maps.shape, device: maps.device))
            .MoveToOuterDisposeScope();
    }

    /// <summary>The pixels of detections in their image.</summary>
    /// <param name="features">[P, C, s, s].</param>
    /// <param name="found">P detections.</param>
    /// <param name="place">Where the view comes from.</param>
    public RunLengthMask[] Masks(Tensor features, ViewDetection[] found, ViewPlaces place)
    {
        using var scope = NewDisposeScope();
        var maps = Logits(features, Array.ConvertAll(found, one => one.Class)).sigmoid();
        var (side, cells) = ((int)maps.shape[1], (place.Mirrored ? maps.flip(2) : maps).cpu().contiguous().data<float>().ToArray());
        return [.. found.Select((one, i) =>
            PastedMask.Encode(cells.AsSpan(i * side * side, side * side), side, place.ToImage(one.Box), place.Image))];
    }

    private Tensor Logits(Tensor features, int[] classes)
    {
        using var scope = NewDisposeScope();
        var all = logits.call(doubled.call(convolutions.call(features)).relu_()).AtLeastFloat32(); // [P, C, 2s, 2s]
        long[] rows = [.. classes.Select((kind, i) => (i * all.shape[1]) + kind)];
        return all.flatten(0, 1).index_select(0, tensor(rows, device: all.device)).MoveToOuterDisposeScope();
    }
}
