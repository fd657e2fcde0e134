namespace SslFramework.Plugins.Detection;

/// <summary>An object as a view shows it.</summary>
/// <param name="Class">Its class.</param>
/// <param name="Box">The visible part of its box, in pixels of the view.</param>
/// <param name="Mask">Its pixels in the image; null without masks.</param>
/// <param name="Keypoints">Its points in the view, swapped if it is mirrored.</param>
internal sealed record ViewObject(int Class, Box Box, RunLengthMask? Mask, IReadOnlyList<Keypoint> Keypoints);

/// <summary>What a detector learns from a view.</summary>
/// <param name="Index">The image's number, which decides what is drawn.</param>
/// <param name="Places">Where the view comes from.</param>
/// <param name="Objects">The objects that can be seen; crowds are left out.</param>
internal sealed record ViewTarget(long Index, ViewPlaces Places, IReadOnlyList<ViewObject> Objects)
{
    private const double LeastSide = 1e-5;

    /// <summary>The boxes of the objects.</summary>
    public IReadOnlyList<Box> Boxes { get; } = [.. Objects.Select(one => one.Box)];

    /// <summary>The part of the view that shows the image.</summary>
    public Box Content => Places.Content;

    /// <summary>The targets of a batch.</summary>
    public static ViewTarget[] Of(AnnotatedBatch batch, IAnnotatedImages images)
    {
        var view = new ImageSize((int)batch.Images.shape[2], (int)batch.Images.shape[3]);
        return [.. batch.Indices.Select((index, i) =>
        {
            var (places, pairs) = (new ViewPlaces(batch.Geometry[i], view), images.Annotations.FlipPairs);
            var content = places.Content;
            return new ViewTarget(index, places, [.. images.Objects((int)index).Objects
                .Where(one => !one.Crowd)
                .Select(one => new ViewObject(
                    one.Class, ViewPlaces.Clip(places.ToView(one.Box), content), one.Mask, Points(one, places, pairs)))
                .Where(one => one.Box.Width >= LeastSide && one.Box.Height >= LeastSide)]);
        })];
    }

    private static Keypoint[] Points(AnnotatedObject one, ViewPlaces places, IReadOnlyList<(int First, int Second)> pairs)
    {
        Keypoint[] points = [.. one.Keypoints.Select(point => point with { X = places.ToViewX(point.X), Y = places.ToViewY(point.Y) })];
        foreach (var (first, second) in places.Mirrored && points.Length > 0 ? pairs : [])
        {
            (points[first], points[second]) = (points[second], points[first]);
        }

        return points;
    }
}
