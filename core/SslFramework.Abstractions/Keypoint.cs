namespace SslFramework;

/// <summary>A point of an object, such as an elbow.</summary>
/// <param name="X">Its place from the image's left edge, in pixels.</param>
/// <param name="Y">Its place from the upper edge.</param>
/// <param name="Visibility">0 if it is not labeled, 1 if something hides it, 2 if it can be seen.</param>
public readonly record struct Keypoint(double X, double Y, int Visibility);
