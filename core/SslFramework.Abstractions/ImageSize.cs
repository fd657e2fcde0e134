namespace SslFramework;

/// <summary>Rows and columns of an image.</summary>
public readonly record struct ImageSize(int Height, int Width);
