namespace SslFramework;

/// <summary>Images with random access. Thread-safe.</summary>
public interface IDataSource
{
    /// <summary>Number of images.</summary>
    int Count { get; }

    /// <summary>1 (grey) or 3 (red, green, blue), the same for every image.</summary>
    int Channels { get; }

    /// <summary>The size of every image, or null where sizes differ.</summary>
    ImageSize? Size => null;

    /// <summary>
    /// The files that images are read from, without opening them: a start tells by their sizes and times whether a run's images
    /// are still the same. Empty where there are none, or where it is not known.
    /// </summary>
    IEnumerable<string> Files => [];

    /// <summary>Names of the classes, in order of their labels; empty where there are no labels.</summary>
    IReadOnlyList<string> Classes { get; }

    /// <summary>What whoever trains on these images should know of them, a sentence each: what was left out, for example.</summary>
    IReadOnlyList<string> Notes => [];

    /// <summary>The class of image <paramref name="index"/>, or null where it has none.</summary>
    int? Label(int index);

    /// <summary>Decodes image <paramref name="index"/>.</summary>
    /// <exception cref="ExperimentException">
    /// The image cannot be decoded (<see cref="FailureKind.Data"/>: another one is shown in its place), or its bytes cannot be
    /// read (<see cref="FailureKind.Storage"/>: the run ends). The message names it.
    /// </exception>
    void Read(int index, PixelBuffer destination);
}
