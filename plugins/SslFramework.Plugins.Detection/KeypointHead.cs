using TorchSharp.Modules;

namespace SslFramework.Plugins.Detection;

/// <summary>
/// Says for each kind of point where in a box it is: a softmax over all cells. He et al. 2017, https://arxiv.org/abs/1703.06870
/// </summary>
internal sealed class KeypointHead : nn.Module
{
    private const int Enlarged = 4;
    private const int Visible = 2;

    private readonly int points;
    private readonly Sequential convolutions;
    private readonly ConvTranspose2d doubled;

    /// <summary>Makes the head.</summary>
    /// <param name="input">Channels of its input.</param>
    /// <param name="points">Kinds of points.</param>
    /// <param name="settings">The settings.</param>
    public KeypointHead(int input, int points, DetectionSettings settings)
        : base(nameof(KeypointHead))
    {
        this.points = points;
        convolutions = NewLayers.Tower(settings.KeypointConvolutions, input, settings.KeypointChannels, NewNorm.None);
        doubled = NewLayers.Doubled(settings.KeypointChannels, points, kernel: Enlarged);
        RegisterComponents();
    }

    /// <summary>Whether a box holds a labeled point of its object.</summary>
    public static bool HasPoints(SampledRoi roi) => roi.Object!.Keypoints.Any(point => CellOf(point, roi.Box, 1) is not null);

    /// <summary>The mean cross-entropy of the labeled points that lie in their boxes.</summary>
    /// <param name="features">[P, C, s, s].</param>
    /// <param name="rois">P boxes of objects, each with such a point.</param>
    public Tensor Loss(Tensor features, SampledRoi[] rois)
    {
        using var scope = NewDisposeScope();
        var maps = Heat(features); // [P, K, 4s, 4s]
        var (side, rows, cells) = ((int)maps.shape[2], new List<long>(), new List<long>());
        foreach (var (i, roi) in rois.Index())
        {
            foreach (var (k, point) in roi.Object!.Keypoints.Index())
            {
                if (CellOf(point, roi.Box, side) is { } cell)
                {
                    rows.Add((i * points) + k);
                    cells.Add(cell);
                }
            }
        }

        var chosen = maps.view(-1, side * side).index_select(0, tensor(rows.ToArray(), device: maps.device));
        return nn.functional.cross_entropy(chosen, tensor(cells.ToArray(), device: maps.device)).MoveToOuterDisposeScope();
    }

    /// <summary>The points of detections in their image: the highest place of each map, enlarged to the box.</summary>
    /// <param name="features">[P, C, s, s].</param>
    /// <param name="rois">P boxes.</param>
    /// <param name="place">Where the view comes from.</param>
    public Keypoint[][] Points(Tensor features, SampledRoi[] rois, ViewPlaces place)
    {
        using var scope = NewDisposeScope();
        var maps = Heat(features);
        return [.. rois.Select((roi, i) =>
        {
            using var own = NewDisposeScope();
            var (rows, columns) = (Math.Max(1, Math.Ceiling(roi.Box.Height)), Math.Max(1, Math.Ceiling(roi.Box.Width)));
            var enlarged = nn.functional.interpolate(
                maps.narrow(0, i, 1), [(long)rows, (long)columns], mode: InterpolationMode.Bicubic, align_corners: false);
            var best = enlarged.flatten(2).argmax(2).cpu().data<long>().ToArray(); // [K]
            return Array.ConvertAll(best, at => new Keypoint(
                place.ToImageX(roi.Box.Left + (((at % (long)columns) + 0.5) * roi.Box.Width / columns)),
                place.ToImageY(roi.Box.Top + (((at / (long)columns) + 0.5) * roi.Box.Height / rows)),
                Visible));
        })];
    }

    /// <summary>The cell of a box in which a point lies; null if it is not labeled, or outside.</summary>
    internal static int? CellOf(Keypoint point, Box box, int side)
    {
        if (point.Visibility == 0 || point.X < box.Left || point.X > box.Right || point.Y < box.Top || point.Y > box.Bottom)
        {
            return null;
        }

        var column = Math.Min((int)((point.X - box.Left) / box.Width * side), side - 1);
        var row = Math.Min((int)((point.Y - box.Top) / box.Height * side), side - 1);
        return (row * side) + column;
    }

    private Tensor Heat(Tensor features)
    {
        using var scope = NewDisposeScope();
        var half = doubled.call(convolutions.call(features)).AtLeastFloat32(); // [P, K, 2s, 2s]
        long[] size = [2 * half.shape[2], 2 * half.shape[3]];
        return nn.functional.interpolate(half, size, mode: InterpolationMode.Bilinear, align_corners: false).MoveToOuterDisposeScope();
    }
}
