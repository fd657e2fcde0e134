namespace SslFramework;

/// <summary>What a component may know of the images it is built for. Ask for it in the constructor.</summary>
/// <param name="Count">Number of training images.</param>
/// <param name="Channels">1 (grey) or 3 (red, green, blue).</param>
public sealed record DataInfo(int Count, int Channels);
