namespace SslFramework;

/// <summary>What a component may know about the images that it is built for. Ask for it in the constructor.</summary>
/// <param name="Count">Number of training images.</param>
/// <param name="Channels">1 (gray), 3 (red, green, blue) or any other number up to 32.</param>
public sealed record DataInfo(int Count, int Channels)
{
    /// <summary>The size of every image, or null if sizes differ.</summary>
    public ImageSize? Size { get; init; }

    /// <summary>The shape of each view of an image, for objectives; empty if there is no augmentation yet.</summary>
    public IReadOnlyList<ViewShape> Views { get; init; } = [];

    /// <summary>The values that pixels of the views may have, for objectives; null if it is not known.</summary>
    public ValueRange? Range { get; init; }

    /// <summary>Refuses views whose values are not known to be 0 to 1, for a method that reads colors from them.</summary>
    /// <param name="method">What asks for it, for the beginning of the sentence.</param>
    /// <exception cref="ExperimentException">The views may have other values.</exception>
    public void RequireUnitRange(string method)
    {
        if (Range != ValueRange.Unit)
        {
            throw new ExperimentException(
                FailureKind.Config,
                $"{method} reads colors from values of 0 to 1, but the views have others; remove the step 'normalize' from "
                + "\"augmentation\", and from \"transform\" in \"evaluation\".");
        }
    }
}
