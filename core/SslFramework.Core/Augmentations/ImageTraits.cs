namespace SslFramework.Core.Augmentations;

/// <summary>What is known of images between two steps, before any image is seen.</summary>
/// <param name="Channels">1 (gray), 3 (red, green, blue) or any other number.</param>
/// <param name="Size">Rows and columns, or null as long as they differ from image to image.</param>
/// <param name="Normalized">Whether values may lie outside [0, 1].</param>
public readonly record struct ImageTraits(int Channels, ImageSize? Size, bool Normalized = false)
{
    /// <summary>The first step that turned or sheared the image, so that no rectangle tells what it shows; null if none did.</summary>
    public string? BentBy { get; init; }

    /// <summary>Returns the same traits, for a step that works only on values in [0, 1].</summary>
    /// <exception cref="ExperimentException">The values are normalized already.</exception>
    public ImageTraits InUnitRange(string step) => Normalized
        ? throw new ExperimentException(FailureKind.Config, $"The step '{step}' works on values from 0 to 1; put it before 'normalize'.")
        : this;

    /// <summary>Returns the same traits, for a step that needs three channels.</summary>
    /// <exception cref="ExperimentException">The images are gray, or have other channels than red, green and blue.</exception>
    public ImageTraits InColor(string step, string remedy) => Channels == 3
        ? this
        : throw new ExperimentException(
            FailureKind.Config,
            $"The step '{step}' needs color images, but the data {(Channels == 1 ? "is gray" : $"has {Channels} channels")}; {remedy}.");

    /// <summary>Returns the same traits, for a step that makes sense of gray and of colors alone.</summary>
    /// <exception cref="ExperimentException">The images have other channels.</exception>
    public ImageTraits InGrayOrColor(string step) => Channels is 1 or 3
        ? this
        : throw new ExperimentException(
            FailureKind.Config,
            $"The step '{step}' works on gray images and on those of red, green and blue, but the data has {Channels} channels; "
            + "remove the step.");
}
