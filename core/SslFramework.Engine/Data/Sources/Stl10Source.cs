using System.ComponentModel.DataAnnotations;
using SslFramework.Engine.Data.Files;

namespace SslFramework.Engine.Data.Sources;

/// <summary>A part of STL-10.</summary>
internal enum Stl10Part
{
    /// <summary>5,000 images to learn from, with classes.</summary>
    Train,

    /// <summary>8,000 images to measure on, with classes.</summary>
    Test,

    /// <summary>100,000 images without classes, some of things that are in none.</summary>
    Unlabeled,
}

/// <summary>Options of <see cref="Stl10Source"/>.</summary>
internal sealed record Stl10Options
{
    /// <summary>The unpacked folder of the binary version, <c>stl10_binary</c>.</summary>
    [Required]
    [FilePath]
    public string Path { get; init; } = "";

    /// <summary>Which images are read.</summary>
    public Stl10Part Part { get; init; } = Stl10Part.Train;
}

/// <summary>
/// STL-10's binary files: 96 · 96 red, green and blue bytes per image, column by column, and a file of labels from 1 on. Read when asked
/// for, because the images without classes take 2.8 GB. Coates, Ng and Lee 2011, https://proceedings.mlr.press/v15/coates11a.html
/// </summary>
internal sealed class Stl10Source : IDataSource
{
    private const int Side = 96;
    private const int Area = Side * Side;
    private const int Bytes = 3 * Area;
    private const int Labels = 10;

    private readonly RetriedStream images;
    private readonly byte[]? labels; // from 1 on
    private readonly string labelFile;

    /// <summary>Opens the files.</summary>
    /// <exception cref="ExperimentException">A file is missing, or does not consist of such images.</exception>
    public Stl10Source(Stl10Options options)
    {
        var name = options.Part switch { Stl10Part.Train => "train", Stl10Part.Test => "test", _ => "unlabeled" };
        images = DataFile.Open(Path.Combine(options.Path, name + "_X.bin"));
        labelFile = Path.Combine(options.Path, name + "_y.bin");
        if (images.Length == 0 || images.Length % Bytes != 0 || images.Length / Bytes > int.MaxValue)
        {
            throw Bad($"'{images.Name}' has {images.Length} bytes, which is not a whole number of images of {Bytes} bytes");
        }

        Count = (int)(images.Length / Bytes);
        labels = options.Part == Stl10Part.Unlabeled ? null : ReadLabels();
        Classes = ImageListFile.Names(Path.Combine(options.Path, "class_names.txt"), Labels, firstNumber: 1);
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public int Channels => 3;

    /// <inheritdoc/>
    public ImageSize? Size => new ImageSize(Side, Side);

    /// <inheritdoc/>
    public IEnumerable<string> Files => labels is null ? [images.Name] : [images.Name, labelFile];

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes { get; }

    /// <inheritdoc/>
    public int? Label(int index) => labels?[index] - 1;

    /// <inheritdoc/>
    public void Read(int index, PixelBuffer destination)
    {
        var planes = new byte[Bytes];
        var read = 0;
        while (read < Bytes)
        {
            read += images.ReadAt(planes.AsSpan(read), ((long)index * Bytes) + read) is var more and > 0
                ? more
                : throw Bad($"'{images.Name}' has become shorter, and image {index} is gone");
        }

        var target = destination.Resize(Side, Side, 3);
        for (var i = 0; i < Area; i++)
        {
            var from = (i % Side * Side) + (i / Side);
            target[3 * i] = planes[from];
            target[(3 * i) + 1] = planes[from + Area];
            target[(3 * i) + 2] = planes[from + (2 * Area)];
        }
    }

    private byte[] ReadLabels()
    {
        using var file = DataFile.Open(labelFile);
        if (file.Length != Count)
        {
            throw Bad($"'{labelFile}' has {file.Length} labels, but '{images.Name}' has {Count} images");
        }

        var read = new byte[Count];
        file.ReadExactly(read);
        return Array.FindIndex(read, label => label is 0 or > Labels) is >= 0 and var wrong
            ? throw Bad($"'{labelFile}' has the label {read[wrong]} at image {wrong}, but labels are 1 to {Labels}")
            : read;
    }

    private static ExperimentException Bad(string what) =>
        new(FailureKind.Data, $"{what}; take the binary version of STL-10, and copy or download it again if it is.");
}
