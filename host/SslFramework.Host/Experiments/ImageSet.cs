using System.Text.Json;
using System.Text.Json.Nodes;
using SslFramework.Core.Data;
using SslFramework.Host.Components;
using SslFramework.Host.Configuration;

namespace SslFramework.Host.Experiments;

/// <summary>Images that the command line names: which data sources read them.</summary>
/// <param name="Name">For the run folder.</param>
/// <param name="All">The data source of all images to learn from.</param>
/// <param name="Train">Those of them to learn from where others are kept apart to measure on.</param>
/// <param name="Test">Those to measure on.</param>
internal sealed record ImageSet(string Name, ConfigNode All, ConfigNode Train, ConfigNode Test)
{
    private static readonly string[] Shipped = ["fashion-mnist", "emoji"];
    private static readonly string[] TestFolders = ["val", "validation", "test", "valid"];

    /// <summary>What is not among these images, for those who expect to see all of them; null if it is nothing.</summary>
    public string? Note { get; private init; }

    /// <summary>Looks at a folder or a file, or finds a known set.</summary>
    /// <param name="named">The path or the name.</param>
    /// <param name="components">The data sources.</param>
    /// <exception cref="ExperimentException">There is nothing of that name.</exception>
    public static ImageSet Find(string named, ComponentCatalog components)
    {
        var place = Shipped.Contains(named) && !Directory.Exists(named) ? Path.Combine(AppContext.BaseDirectory, "data", named) : named;
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(place));
        var name = Plain(Path.GetFileName(path));
        if (Path.Exists(path)
            && components.Of(typeof(IDataSource)).FirstOrDefault(source => Opens(source.Descriptor.Implementation, path)) is { } opener)
        {
            return Opened(name, opener.Descriptor, path);
        }

        if (File.Exists(path))
        {
            return Split(name, "pack", path);
        }

        if (!Directory.Exists(path))
        {
            throw new ExperimentException(
                FailureKind.Data,
                $"There are no images at '{named}'; "
                + (Nearest.To(named, Shipped) is { } meant ? $"did you mean '{meant}'?"
                    : NearestPath.Hint(named, "name a folder of images, of MNIST's or CIFAR's files or of tar shards, "
                        + "a file of 'ssl data pack', or \"fashion-mnist\" or \"emoji\", which ship.")));
        }

        bool Has(string pattern) => Directory.EnumerateFiles(path, pattern).Any();
        ConfigNode Pack(string part) => Source("pack", ("path", Path.Combine(path, $"{part}.pack")));
        string? Folder(string folder) => Directory.Exists(Path.Combine(path, folder)) ? Path.Combine(path, folder) : null;
        return Has("*-images-idx3-ubyte*") ? Idx(name, path)
            : Has("data_batch_1.bin") ? Files(name, "cifar10", path)
            : Has("train.bin") && Has("test.bin") ? Files(name, "cifar100", path)
            : Has("train.pack") && Has("test.pack") ? Labeled(name, Pack("train"), Pack("test"))
            : Has("*.tar") ? Split(name, "tarShards", path)
            : Folder("train") is { } train && TestFolders.Select(Folder).FirstOrDefault(folder => folder is not null) is { } test
                ? Labeled(name, Source("imageFolder", ("path", train)), Source("imageFolder", ("path", test))) with
                {
                    Note = $"{named}: these are the images of '{train}', to learn from; those of '{test}' are kept to measure on, "
                        + "and not among them.",
                }
                : Split(name, "imageFolder", path);
    }

    /// <summary>Whether a source that knows what it reads reads this.</summary>
    private static bool Opens(Type source, string path) =>
        source.IsAssignableTo(typeof(IOpensPaths))
        && source.GetMethod(nameof(IOpensPaths.Opens), [typeof(string)])?.Invoke(null, [path]) is true;

    private static ImageSet Opened(string name, ComponentDescriptor source, string path)
    {
        var option = Array.Find(source.Options.GetProperties(), option => option.IsDefined(typeof(FilePathAttribute), inherit: true));
        var key = JsonNamingPolicy.CamelCase.ConvertName(option?.Name ?? "path");
        return source.Options.GetProperty("Split")?.PropertyType == typeof(DataSplit)
            ? Split(name, source.Name, path, key)
            : Labeled(name, Source(source.Name, (key, path)), Source(source.Name, (key, path)));
    }

    private static ImageSet Idx(string name, string folder)
    {
        string File(string pattern) => Directory.EnumerateFiles(folder, pattern).Order(StringComparer.Ordinal).FirstOrDefault()
            ?? throw new ExperimentException(
            FailureKind.Data, $"The folder '{folder}' has no file {pattern}; put MNIST's files of images and of labels into it.");
        ConfigNode Part(string images, string labels, params (string, JsonNode)[] more) =>
            Source("idx", [("images", File(images)), ("labels", File(labels)), ("channels", 3), .. more]);

        // The test file alone: most of it to learn from.
        return Directory.EnumerateFiles(folder, "train-images-idx3-ubyte*").Any()
            ? Labeled(name, Part("train-images*", "train-labels*"), Part("t10k-images*", "t10k-labels*"))
            : Labeled(name, Part("*-images*", "*-labels*", ("take", 8000)), Part("*-images*", "*-labels*", ("skip", 8000)));
    }

    private static ImageSet Files(string name, string source, string path) =>
        Labeled(name, Source(source, ("path", path), ("split", "train")), Source(source, ("path", path), ("split", "test")));

    private static ImageSet Split(string name, string source, string path, string key = "path") => new(
        name,
        Source(source, (key, path)),
        Source(source, (key, path), ("split", "train")),
        Source(source, (key, path), ("split", "test")));

    private static ImageSet Labeled(string name, ConfigNode train, ConfigNode test) => new(name, train, train.Copy(), test);

    private static ConfigNode Source(string name, params (string Key, JsonNode Value)[] options)
    {
        var json = new JsonObject { ["name"] = name };
        foreach (var (key, value) in options)
        {
            json[key] = value;
        }

        return ConfigReader.ReadValue(json.ToJsonString(), "--data");
    }

    /// <summary>A folder's or file's whole name as a run's may be: photos and photos.pack are two runs.</summary>
    private static string Plain(string name) =>
        string.Concat(name.Select(c => IsPlain(c) ? c : '-')) is { Length: > 0 } plain ? plain : "images";

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.';

    /// <summary>Whether every image has one of several labels.</summary>
    public static bool IsLabeled(IDataSource images) =>
        images.Classes.Count > 1 && Enumerable.Range(0, images.Count).All(image => images.Label(image) is not null);

    /// <summary>The shorter side in pixels: the middle one of some images, spread over all.</summary>
    public static int ShorterSide(IDataSource images)
    {
        if (images.Size is { } size)
        {
            return Math.Min(size.Height, size.Width);
        }

        const int LookedAt = 15;
        var buffer = new PixelBuffer();
        var places = Enumerable.Range(0, LookedAt).Select(place => (int)((long)place * images.Count / LookedAt)).Distinct();
        var sides = places.Select(Side).OfType<int>().Order().ToList();
        return sides.Count > 0 ? sides[sides.Count / 2] : throw new ExperimentException(
            FailureKind.Data, "None of the first images looked at can be read; 'ssl data check' lists them.");

        int? Side(int image)
        {
            try
            {
                images.Read(image, buffer);
                return Math.Min(buffer.Height, buffer.Width);
            }
            catch (ExperimentException bad) when (bad.Kind == FailureKind.Data)
            {
                return null; // bad images are training's affair
            }
        }
    }
}
