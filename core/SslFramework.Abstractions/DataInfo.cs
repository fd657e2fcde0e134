namespace SslFramework;

/// <summary>What a component may know about the images that it is built for. Ask for it in the constructor.</summary>
/// <param name="Count">Number of training images.</param>
/// <param name="Channels">1 (gray) or 3 (red, green, blue).</param>
public sealed record DataInfo(int Count, int Channels)
{
    /// <summary>The size of every image, or null if sizes differ.</summary>
    public ImageSize? Size { get; init; }
}
