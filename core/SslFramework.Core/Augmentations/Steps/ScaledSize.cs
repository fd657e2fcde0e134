namespace SslFramework.Core.Augmentations.Steps;

/// <summary>The size of a resized image.</summary>
internal static class ScaledSize
{
    /// <summary>Both sides by a factor, rounded half up as detectors do; at least one pixel.</summary>
    public static ImageSize Of(ImageSize size, double factor) => new(Side(size.Height, factor), Side(size.Width, factor));

    private static int Side(int length, double factor) => Math.Max(1, (int)((length * factor) + 0.5));
}
