namespace SslFramework.Engine.Evaluation.Dense;

/// <summary>How many images at a time an evaluator of maps takes.</summary>
internal static class DenseBatch
{
    private const int Most = 64;
    private const long Numbers = 1 << 26; // 256 MiB of features or scores

    /// <summary>As many images as their features and the scores of their pixels take a bounded memory for.</summary>
    public static int SizeFor(MapTaps taps, IAnnotatedImages images)
    {
        var shape = images.Read(1).Select(one => one.Images.shape).First();
        var (rows, columns) = taps.GridOf(shape[2], shape[3]);
        var features = (long)rows * columns * taps.Items.Sum(tap => tap.Length);
        var scores = shape[2] * shape[3] * images.Annotations.MapClasses.Count;
        return (int)Math.Clamp(Numbers / Math.Max(features, scores), 1, Most);
    }
}
