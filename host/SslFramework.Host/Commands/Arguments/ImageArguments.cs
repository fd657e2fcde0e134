using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SslFramework.Host.Configuration;
using SslFramework.Host.Experiments;
using SslFramework.Host.Plugins;

namespace SslFramework.Host.Commands.Arguments;

/// <summary>What names images on a command line, and how they are opened.</summary>
internal static class ImageArguments
{
    /// <summary>The images of a command that looks at them alone.</summary>
    public static Argument<string> Images() => new("images")
    {
        Description = "A folder of images, a .tar file or folder of them, a pack, MNIST's or CIFAR's files, "
            + "or fashion-mnist or emoji, which ship",
    };

    /// <summary>What else a command on images takes: options of their data source.</summary>
    public static Option<string[]> Set() => new("--set")
    {
        Description = "Set one option of the data source, as in --set data.alpha=drop or --set data.maximumPixels=200000000",
        HelpName = "data.key=value",
        DefaultValueFactory = _ => [],
    };

    /// <summary>Opens images as <c>--data</c> does; of MNIST's and CIFAR's files, those to learn from.</summary>
    /// <param name="path">The images.</param>
    /// <param name="settings">Options of their source, <c>data.KEY=VALUE</c>.</param>
    /// <param name="installation">The plugins.</param>
    /// <param name="tell">Told what there is to know of the images.</param>
    /// <param name="usual">Options that are set before, if the source has them.</param>
    /// <exception cref="ExperimentException">There are none, or an option is wrong.</exception>
    public static IDataSource Open(
        string path,
        IReadOnlyList<string> settings,
        Installation installation,
        Action<string> tell,
        params IEnumerable<(string Key, string Json)> usual)
    {
        var set = ImageSet.Find(path, installation.Components);
        var name = set.All.Members["name"].Text;
        var options = installation.Components.Find(typeof(IDataSource), name)?.Descriptor.Options;
        (string Key, string Json)[] asTheyAre = name == "idx" ? [("channels", "1")] : [];
        foreach (var (key, json) in asTheyAre.Concat(usual))
        {
            if (options?.GetProperty(char.ToUpperInvariant(key[0]) + key[1..]) is not null)
            {
                set.All.Set(key, ConfigReader.ReadValue(json, key));
            }
        }

        if (settings.FirstOrDefault(setting => !setting.StartsWith("data.", StringComparison.Ordinal)) is { } other)
        {
            throw new ExperimentException(
                FailureKind.Usage,
                $"--set {other} is no option of a data source; here, write --set data.KEY=VALUE, as in --set data.alpha=drop.");
        }

        var errors = new ConfigErrors();
        var root = new ConfigNode(JsonValueKind.Object, "--set", Directory.GetCurrentDirectory());
        root.Set("data", set.All);
        ConfigOverrides.Apply(root, settings, errors);
        errors.ThrowIfAny();
        using var provider = ComponentServices.For(installation).BuildServiceProvider();
        var component = OptionsBinder.BindAlone<IDataSource>(set.All, installation.Components);
        var source = provider.GetRequiredService<IComponentFactory>().Create(component);
        foreach (var note in source.Notes.Append(set.Note).OfType<string>())
        {
            tell(note);
        }

        return source;
    }

    /// <summary>A number of bytes as people write it.</summary>
    public static string Size(long bytes) =>
        bytes < 1 << 20 ? $"{bytes / 1024.0:N1} kB"
        : bytes < 1 << 30 ? $"{bytes / (double)(1 << 20):N1} MB"
        : $"{bytes / (double)(1 << 30):N1} GB";
}
