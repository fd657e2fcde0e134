namespace SslFramework;

/// <summary>The values that pixels of a view may have.</summary>
/// <param name="Minimum">The lowest.</param>
/// <param name="Maximum">The highest.</param>
public readonly record struct ValueRange(double Minimum, double Maximum)
{
    /// <summary>0 to 1: what images have that no step has normalized.</summary>
    public static ValueRange Unit { get; } = new(0, 1);
}
