using System.CommandLine;
using SslFramework.Host.Commands.Arguments;

namespace SslFramework.Host.Commands.Data;

/// <summary>What a command on images takes: the images, options of their source, and the plugins that may bring it.</summary>
internal sealed class DataArguments
{
    private readonly PluginArguments plugins = new();

    /// <summary>The images.</summary>
    public Argument<string> Images { get; } = new("images")
    {
        Description = "A folder of images, a .tar file or folder of them, a pack, MNIST's or CIFAR's files, or fashion-mnist, which ships",
    };

    /// <summary>Options of their source.</summary>
    public Option<string[]> Set { get; } = ImageOptions();

    /// <summary>What stands last in a command's help.</summary>
    public IReadOnlyList<Option> Options => [Set, .. plugins.All];

    /// <summary>Options of a data source, for a command that has no other values to set.</summary>
    public static Option<string[]> ImageOptions() => new("--set")
    {
        Description = "Set one option of the data source, as in --set data.alpha=drop or --set data.maximumPixels=200000000",
        HelpName = "data.key=value",
        DefaultValueFactory = _ => [],
    };

    /// <summary>Opens the images.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="tell">Receives what there is to know of the images, a sentence each.</param>
    /// <param name="usual">Options that are set before those of the command line, if the source has them.</param>
    /// <exception cref="ExperimentException">There are none, or an option is wrong.</exception>
    public IDataSource Open(ParseResult parsed, Action<string> tell, params IEnumerable<(string Key, int Value)> usual) =>
        NamedImages.Open(parsed.GetValue(Images)!, parsed.GetValue(Set)!, plugins.Load(parsed), tell, usual);
}
