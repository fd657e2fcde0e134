using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace SslFramework.Engine.Data.Sources;

/// <summary>Options of <see cref="IdxSource"/>.</summary>
internal sealed record IdxOptions
{
    /// <summary>The file of images, plain or .gz.</summary>
    [Required]
    [FilePath]
    public string Images { get; init; } = "";

    /// <summary>The file of labels, plain or .gz.</summary>
    [FilePath]
    public string? Labels { get; init; }

    /// <summary>Images to leave out at the beginning.</summary>
    [Range(0, int.MaxValue)]
    public int Skip { get; init; }

    /// <summary>Images to take after those; all that follow if it is not given.</summary>
    [Range(1, int.MaxValue)]
    public int? Take { get; init; }

    /// <summary>1, or 3 to repeat the grey values for networks that take colour.</summary>
    [AllowedValues(1, 3)]
    public int Channels { get; init; } = 1;

    /// <summary>Names of the classes in order; numbers if none are given.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];
}

/// <summary>Grey images of one size in IDX files, as MNIST and Fashion-MNIST come. Held in memory.</summary>
internal sealed class IdxSource : IDataSource
{
    private readonly byte[] pixels;
    private readonly byte[]? labels;
    private readonly int skip;
    private readonly ImageSize size;

    /// <summary>Reads the files.</summary>
    /// <exception cref="ExperimentException">A file is missing or damaged, or the files do not belong together.</exception>
    public IdxSource(IdxOptions options)
    {
        var images = IdxFile.Read(options.Images, rank: 3);
        var total = images.Dimensions[0];
        (pixels, skip, Channels) = (images.Values, options.Skip, options.Channels);
        size = new ImageSize(images.Dimensions[1], images.Dimensions[2]);
        Files = options.Labels is null ? [options.Images] : [options.Images, options.Labels];

        Count = options.Take ?? Math.Max(total - skip, 0);
        if (Count == 0 || (long)skip + Count > total)
        {
            throw new ExperimentException(
                FailureKind.Data,
                $"'{options.Images}' holds {total} images, too few for \"skip\" {skip} and \"take\" {options.Take ?? 1}; lower them.");
        }

        if (options.Labels is { } path)
        {
            labels = IdxFile.Read(path, rank: 1).Values;
            Classes = CheckLabels(path, total, options);
        }
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public int Channels { get; }

    /// <inheritdoc/>
    public ImageSize? Size => size;

    /// <inheritdoc/>
    public IEnumerable<string> Files { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes { get; } = [];

    /// <inheritdoc/>
    public int? Label(int index) => labels?[skip + index];

    /// <inheritdoc/>
    public void Read(int index, PixelBuffer destination)
    {
        var length = size.Height * size.Width;
        var image = pixels.AsSpan(checked((skip + index) * length), length);
        var target = destination.Resize(size.Height, size.Width, Channels);
        if (Channels == 1)
        {
            image.CopyTo(target);
            return;
        }

        for (var i = 0; i < length; i++)
        {
            target.Slice(3 * i, 3).Fill(image[i]);
        }
    }

    private IReadOnlyList<string> CheckLabels(string path, int images, IdxOptions options)
    {
        if (labels!.Length != images)
        {
            throw new ExperimentException(
                FailureKind.Data, $"'{path}' holds {labels.Length} labels, but '{options.Images}' holds {images} images; name the pair.");
        }

        var classes = labels.Max() + 1;
        if (options.Classes.Count == 0)
        {
            return [.. Enumerable.Range(0, classes).Select(label => label.ToString(CultureInfo.InvariantCulture))];
        }

        return options.Classes.Count >= classes
            ? options.Classes
            : throw new ExperimentException(
                FailureKind.Data,
                $"'{path}' holds labels up to {classes - 1}, but \"classes\" names {options.Classes.Count}; name them all, or none.");
    }
}
