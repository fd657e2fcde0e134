using System.Buffers;
using System.ComponentModel.DataAnnotations;
using System.Text;

namespace SslFramework.Core.Data;

/// <summary>Options of <see cref="ImageFolderSource"/>.</summary>
public sealed record ImageFolderOptions
{
    /// <summary>The folder; images are found at any depth.</summary>
    [Required]
    [FilePath]
    public string Path { get; init; } = "";

    /// <summary>1 (grey) or 3 (red, green, blue).</summary>
    [AllowedValues(1, 3)]
    public int Channels { get; init; } = 3;

    /// <summary>Which part of the images; the part of an image is a fixed function of its path in the folder.</summary>
    public DataSplit Split { get; init; } = DataSplit.All;

    /// <summary>How much of the images the test part is, about.</summary>
    [Range(0.001, 0.999)]
    public double TestFraction { get; init; } = 0.1;
}

/// <summary>
/// Image files in a folder. The first-level folder that an image lies in is its class; an image directly in the folder
/// has none. Links and hidden files are left out.
/// </summary>
public sealed class ImageFolderSource : IDataSource
{
    private readonly string folder;
    private readonly string[] files;
    private readonly int?[] labels;

    /// <summary>Lists the images.</summary>
    /// <exception cref="ExperimentException">The folder is missing, or there is no image in it.</exception>
    public ImageFolderSource(ImageFolderOptions options)
    {
        folder = options.Path;
        Channels = options.Channels;
        var all = ImageFiles.Find(folder);

        // Of all images, so that both parts have the same classes.
        string[] classes = [.. all.Select(ClassOf).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        var numbers = classes.Index().ToDictionary(entry => entry.Item, entry => entry.Index);
        files = [.. all.Where(file => options.Split == DataSplit.All
            || Part(file) < options.TestFraction == (options.Split == DataSplit.Test))];
        labels = [.. files.Select(file => ClassOf(file) is { } name ? numbers[name] : (int?)null)];
        Classes = classes;
        if (files.Length == 0)
        {
            throw new ExperimentException(
                ExitCode.Data,
                $"None of the {all.Length} images in '{folder}' falls into the part \"split\" asks for; change \"testFraction\" {options.TestFraction}.");
        }
    }

    /// <inheritdoc/>
    public int Count => files.Length;

    /// <inheritdoc/>
    public int Channels { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes { get; }

    /// <inheritdoc/>
    public int? Label(int index) => labels[index];

    /// <summary>The path of image <paramref name="index"/>, relative to the folder, with '/' between names.</summary>
    public string File(int index) => files[index];

    /// <inheritdoc/>
    public void Read(int index, PixelBuffer destination)
    {
        var path = System.IO.Path.Combine(folder, files[index]);
        byte[] buffer = [];
        try
        {
            // The length first: opening a pipe would wait for a writer.
            var length = new FileInfo(path).Length;
            ImageDecoder.CheckBytes(length, path);
            buffer = ArrayPool<byte>.Shared.Rent((int)length);
            using var handle = System.IO.File.OpenHandle(path);
            var encoded = buffer.AsSpan(0, ReadAll(handle, buffer.AsSpan(0, (int)length)));
            ImageDecoder.Decode(encoded, Channels, path, destination);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ExperimentException(ExitCode.Data, $"The image '{path}' cannot be read: {e.Message}", e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>A fixed number in [0, 1) for a path: FNV-1a of its UTF-8 bytes, mixed.</summary>
    internal static double Part(string file)
    {
        var hash = 14695981039346656037UL;
        foreach (var b in Encoding.UTF8.GetBytes(file))
        {
            hash = unchecked((hash ^ b) * 1099511628211);
        }

        return new SampleRandom(hash, 0, 0, 0).NextDouble();
    }

    private static string? ClassOf(string file) => file.IndexOf('/') is var slash and > 0 ? file[..slash] : null;

    private static int ReadAll(Microsoft.Win32.SafeHandles.SafeFileHandle handle, Span<byte> buffer)
    {
        var total = 0;
        while (total < buffer.Length && RandomAccess.Read(handle, buffer[total..], total) is var read and > 0)
        {
            total += read;
        }

        return total;
    }
}
