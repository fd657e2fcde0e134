namespace SslFramework.Core.Augmentations;

/// <summary>What is known of images between two steps, before any image is seen.</summary>
/// <param name="Channels">1 (grey) or 3 (red, green, blue).</param>
/// <param name="Size">Rows and columns, or null as long as they differ from image to image.</param>
/// <param name="Normalized">Values have left [0, 1].</param>
public readonly record struct ImageTraits(int Channels, ImageSize? Size, bool Normalized = false)
{
    /// <summary>The same traits, for a step that works on values in [0, 1] alone.</summary>
    /// <exception cref="ExperimentException">The values are normalised already.</exception>
    public ImageTraits InUnitRange(string step) => Normalized
        ? throw new ExperimentException(FailureKind.Config, $"The step '{step}' works on values from 0 to 1; put it before 'normalize'.")
        : this;

    /// <summary>The same traits, for a step that needs three channels.</summary>
    /// <exception cref="ExperimentException">The images are grey.</exception>
    public ImageTraits InColour(string step, string remedy) => Channels == 3
        ? this
        : throw new ExperimentException(FailureKind.Config, $"The step '{step}' needs colour images, but the data is grey; {remedy}.");
}
