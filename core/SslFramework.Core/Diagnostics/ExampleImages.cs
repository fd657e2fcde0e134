namespace SslFramework.Core.Diagnostics;

/// <summary>The few test images that figures of an evaluation show.</summary>
internal static class ExampleImages
{
    private const int Most = 4;

    /// <summary>Their numbers, spread over all images.</summary>
    /// <param name="images">Number of test images, at least 1.</param>
    public static HashSet<long> Of(int images)
    {
        var rows = Math.Min(Most, images);
        return [.. Enumerable.Range(0, rows).Select(row => (long)row * images / rows)];
    }

    /// <summary>Views [C, H, W] as pictures: uint8 [N, 3, H, W]. Of more than three channels the first three are shown.</summary>
    public static Tensor InColor(IEnumerable<Tensor> views)
    {
        using var scope = NewDisposeScope();
        var images = ShownPixels.Of(stack(views));
        return (images.shape[1] >= 3 ? images.narrow(1, 0, 3) : images.narrow(1, 0, 1).expand(-1, 3, -1, -1)).MoveToOuterDisposeScope();
    }
}
