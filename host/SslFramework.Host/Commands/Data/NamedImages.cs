using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SslFramework.Host.Configuration;
using SslFramework.Host.Experiments;
using SslFramework.Host.Plugins;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Commands.Data;

/// <summary>Images that a command line names.</summary>
internal static class NamedImages
{
    private const string Start = "data.";

    /// <summary>Opens images as <c>--data</c> does; of MNIST's and CIFAR's files, those to learn from.</summary>
    /// <param name="path">The images.</param>
    /// <param name="settings">Options of their source, <c>data.KEY=VALUE</c>.</param>
    /// <param name="installation">The plugins.</param>
    /// <param name="tell">Receives what there is to know of the images, a sentence each.</param>
    /// <param name="usual">Options that are set before, if the source has them.</param>
    /// <exception cref="ExperimentException">There are none, or an option is wrong.</exception>
    public static IDataSource Open(
        string path,
        IReadOnlyList<string> settings,
        Installation installation,
        Action<string> tell,
        params IEnumerable<(string Key, int Value)> usual)
    {
        var set = ImageSet.Find(path, installation.Components);
        SetUsual(set.All, installation, usual);
        if (settings.FirstOrDefault(setting => !setting.StartsWith(Start, StringComparison.Ordinal)) is { } other)
        {
            throw new ExperimentException(
                ExitCode.Usage,
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

    /// <summary>Tells a note on images beside the results.</summary>
    public static void Warn(string note) => Console.Error.WriteLine($"warning: {Printable.Line(note)}");

    private static void SetUsual(ConfigNode source, Installation installation, IEnumerable<(string Key, int Value)> usual)
    {
        var name = source.Members["name"].Text;
        var known = installation.Components.Find(typeof(IDataSource), name)?.Descriptor.Options;
        (string Key, int Value)[] asTheyAre = name == "idx" ? [("channels", 1)] : [];
        foreach (var (key, value) in asTheyAre.Concat(usual).Where(option => Knows(option.Key)))
        {
            source.Set(key, ConfigReader.ReadValue(value.ToString(CultureInfo.InvariantCulture), key));
        }

        bool Knows(string key) => known?.GetProperty(char.ToUpperInvariant(key[0]) + key[1..]) is not null;
    }
}
