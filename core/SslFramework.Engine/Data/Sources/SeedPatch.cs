namespace SslFramework.Engine.Data.Sources;

/// <summary>A seed: a square part of an image.</summary>
/// <param name="Image">The image's number in its source.</param>
/// <param name="Top">First row.</param>
/// <param name="Left">First column.</param>
/// <param name="Side">Rows and columns.</param>
/// <param name="Scale">Its size: a patch times 1 / 0.8 to this power.</param>
/// <param name="Turn">How many seeds of the image were picked before it.</param>
/// <param name="Key">Its place in the sampling; higher ones are taken first.</param>
internal readonly record struct SeedPatch(int Image, int Top, int Left, int Side, int Scale, int Turn, double Key);
