namespace SslFramework;

/// <summary>Images with random access. Thread-safe.</summary>
public interface IDataSource
{
    /// <summary>Number of images.</summary>
    int Count { get; }

    /// <summary>1 (gray), 3 (red, green, blue) or any other number up to 32, the same for every image.</summary>
    int Channels { get; }

    /// <summary>The size of every image, or null if sizes differ.</summary>
    ImageSize? Size => null;

    /// <summary>
    /// The files that images are read from; listing them opens none. Their sizes and times show at a start whether a run's images
    /// are still the same. Empty if there are no files or they are not known.
    /// </summary>
    IEnumerable<string> Files => [];

    /// <summary>Names of the classes, in order of their labels; empty if there are no labels.</summary>
    IReadOnlyList<string> Classes { get; }

    /// <summary>What users of these images should know, one sentence each: what was left out, for example.</summary>
    IReadOnlyList<string> Notes => [];

    /// <summary>The class of image <paramref name="index"/>, or null if it has none.</summary>
    int? Label(int index);

    /// <summary>Decodes image <paramref name="index"/>.</summary>
    /// <exception cref="ExperimentException">
    /// The image cannot be decoded (<see cref="FailureKind.Data"/>: another one is shown instead), or its bytes cannot be
    /// read (<see cref="FailureKind.Storage"/>: the run ends). The message names it.
    /// </exception>
    void Read(int index, PixelBuffer destination);
}
