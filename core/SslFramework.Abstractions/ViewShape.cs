namespace SslFramework;

/// <summary>Shape of a view: channels, height and width.</summary>
public readonly record struct ViewShape(int Channels, int Height, int Width)
{
    /// <summary>C·H·W.</summary>
    public int Length => Channels * Height * Width;
}
