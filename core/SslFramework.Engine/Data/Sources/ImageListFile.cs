using System.Globalization;
using System.Text;
using System.Text.Json;
using SslFramework.Engine.Data.Files;

namespace SslFramework.Engine.Data.Sources;

/// <summary>An image that a list names.</summary>
/// <param name="Path">Its path in the folder of images, with '/' between names.</param>
/// <param name="Class">Its class as the list says; empty if it says none.</param>
/// <param name="Line">The line, from 1, for messages; in JSON the number of the entry.</param>
internal readonly record struct ListedImage(string Path, string Class, int Line);

/// <summary>Reads lists of images: text, CSV and JSON.</summary>
internal static class ImageListFile
{
    private const int LargestBytes = 1 << 30;

    /// <summary>The images in the order of the list.</summary>
    /// <exception cref="ExperimentException">The list is missing, too large, damaged, or names what lies outside of the folder.</exception>
    public static IReadOnlyList<ListedImage> Read(ImageListOptions options)
    {
        var found = Path.GetExtension(options.List).ToUpperInvariant() switch
        {
            ".JSON" => FromJson(options.List),
            ".CSV" => FromColumns(options, Columns),
            _ => FromColumns(options, line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)),
        };
        return [.. found.Select(image => Sound(image, options))];
    }

    /// <summary>The lines of a file.</summary>
    /// <exception cref="ExperimentException">It is missing, too large or no text.</exception>
    public static string[] Lines(string file) => Text(file).Split('\n');

    /// <summary>The lines of a file of classes' names that are not blank.</summary>
    /// <exception cref="ExperimentException">It is missing, too large or no text.</exception>
    public static string[] Names(string file) => [.. Lines(file).Select(line => line.Trim()).Where(line => line.Length > 0)];

    /// <summary>The names in a file that comes with a data set; numbers if it is missing or has another number of them.</summary>
    /// <exception cref="ExperimentException">It is too large or no text.</exception>
    public static string[] Names(string file, int count, int firstNumber)
    {
        var names = File.Exists(file) ? Names(file) : [];
        return names.Length == count ? names : [.. Enumerable.Range(firstNumber, count).Select(number => $"{number}")];
    }

    /// <summary>An error in a line.</summary>
    public static ExperimentException Bad(string file, string what, int line) => new(
        FailureKind.Data,
        string.Create(
            CultureInfo.InvariantCulture, $"'{file}' cannot be used: {what}, in line {line}; correct it, or set the options of the list."));

    private static string Text(string file)
    {
        using var stream = DataFile.Open(file);
        if (stream.Length > LargestBytes)
        {
            throw new ExperimentException(FailureKind.Data, $"'{file}' has {stream.Length} bytes, too many for a list; name another file.");
        }

        var strict = new UTF8Encoding(false, throwOnInvalidBytes: true);
        using var reader = new StreamReader(stream, strict, detectEncodingFromByteOrderMarks: false);
        try
        {
            return reader.ReadToEnd().TrimStart('\ufeff');
        }
        catch (DecoderFallbackException e)
        {
            throw new ExperimentException(FailureKind.Data, $"'{file}' is no text in UTF-8; name another file, or write it again.", e);
        }
    }

    private static IEnumerable<ListedImage> FromColumns(ImageListOptions options, Func<string, string[]> split)
    {
        foreach (var (number, line) in Lines(options.List).Index().Skip(options.Skip))
        {
            var trimmed = line.Trim();
            var columns = split(trimmed);
            if (columns.Length == 0 || trimmed.Length == 0)
            {
                continue;
            }

            var needed = Math.Max(options.PathColumn, options.ClassColumn ?? 0) + 1;
            if (columns.Length < needed)
            {
                throw Bad(options.List, $"there are {columns.Length} columns where {needed} are needed", number + 1);
            }

            var rest = columns[(options.PathColumn + 1)..];
            var ofClass = options.ClassColumn is { } column ? columns[column] : string.Join(' ', rest);
            yield return new(columns[options.PathColumn], ofClass, number + 1);
        }
    }

    /// <summary>The columns of a line of CSV: a text in quotes may hold commas, and a quote twice.</summary>
    private static string[] Columns(string line)
    {
        var (columns, column, quoted) = (new List<string>(), new StringBuilder(), false);
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '"' && quoted && i + 1 < line.Length && line[i + 1] == '"')
            {
                column.Append(line[i++]);
            }
            else if (line[i] == '"')
            {
                quoted = !quoted;
            }
            else if (line[i] == ',' && !quoted)
            {
                columns.Add(column.ToString().Trim());
                column.Clear();
            }
            else
            {
                column.Append(line[i]);
            }
        }

        return [.. columns, column.ToString().Trim()];
    }

    private static List<ListedImage> FromJson(string file)
    {
        try
        {
            using var document = JsonDocument.Parse(Text(file));
            var root = document.RootElement;
            var found = root.ValueKind switch
            {
                JsonValueKind.Object => root.EnumerateObject()
                    .SelectMany(group => group.Value.EnumerateArray().Select(path => (path.GetString(), group.Name))),
                _ => root.EnumerateArray().Select(pair => (pair[0].GetString(), pair[1].ToString())),
            };
            return [.. found.Select((entry, number) => new ListedImage(entry.Item1 ?? "", entry.Item2, number + 1))];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or IndexOutOfRangeException)
        {
            throw new ExperimentException(
                FailureKind.Data,
                $"'{file}' is neither an object of classes with an array of paths each nor an array of arrays of a path and a class; "
                + "write it so, or as text.",
                e);
        }
    }

    private static ListedImage Sound(ListedImage image, ImageListOptions options)
    {
        var path = image.Path.Replace('\\', '/').TrimStart('/') + options.Extension;
        path = path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path;
        if (!ListedName.IsInside(path))
        {
            throw Bad(options.List, $"'{image.Path}' is no path, or may lead out of the folder of images", image.Line);
        }

        var folder = path.LastIndexOf('/');
        return image with { Path = path, Class = image.Class.Length > 0 ? image.Class : path[..Math.Max(0, folder)] };
    }
}
