namespace SslFramework.Core.Tensors;

/// <summary>How <see cref="RoiAlign"/> reads maps.</summary>
/// <param name="Side">Rows and columns that come out per box.</param>
/// <param name="Scale">Pixels of the map per pixel of the image: 1 / stride.</param>
public sealed record RoiAlignOptions(int Side, double Scale)
{
    /// <summary>Places per cell and direction that are read and averaged; 0 for as many as the cell has pixels, rounded up.</summary>
    public int SamplingRatio { get; init; }

    /// <summary>
    /// Whether a pixel's value is that of its middle. Without it, as in the first implementations, boxes are read half a pixel further
    /// down and right, and have sides of at least one pixel.
    /// </summary>
    public bool Aligned { get; init; } = true;
}

/// <summary>A box in one image of a batch.</summary>
/// <param name="Image">The image's number in the batch.</param>
/// <param name="Box">In pixels of the image.</param>
public readonly record struct BoxOfImage(int Image, Box Box);
