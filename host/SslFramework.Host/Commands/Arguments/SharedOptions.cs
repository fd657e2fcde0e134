using System.CommandLine;

namespace SslFramework.Host.Commands.Arguments;

/// <summary>Options that several commands take.</summary>
internal static class SharedOptions
{
    public static Option<string?> Data() => new("--data")
    {
        Description = "A folder of images (class folders or none), MNIST's or CIFAR's files, tar shards, a pack, "
            + "or fashion-mnist, which ships",
        HelpName = "images",
    };

    public static Option<string[]> Set() => new("--set")
    {
        Description = "Set one value of the experiment, as in --set training.epochs=10",
        HelpName = "key=value",
        DefaultValueFactory = _ => [],
    };

    public static Option<string> Runs(string description = "Folder of all runs") =>
        new("--runs") { Description = description, DefaultValueFactory = _ => "runs" };

    public static Option<string?> Backbone() =>
        new("--backbone") { Description = "The network of a weight file, as a name or as JSON with options" };

    public static Option<bool> Json(string description = "Print JSON, for programs") => new("--json") { Description = description };

    public static Option<string?> Locked() => new("--locked")
    {
        Description = "Load no plugin that differs from this lock file, which 'ssl plugin lock' writes",
        HelpName = "file",
    };

    /// <summary>The file or folder that a command writes.</summary>
    /// <param name="description">What is written, and where without the option.</param>
    /// <param name="kind">A file or a folder.</param>
    /// <param name="former">Names of the option in earlier versions, which scripts may still use.</param>
    public static Option<string?> Output(string description, string kind, params string[] former) =>
        new("--output", former) { Description = description, HelpName = kind };

    /// <summary>Lets a command put what it writes in the place of what is there.</summary>
    public static Option<bool> Force() => new("--force", "--overwrite") { Description = "Put it in place of what is there" };

    public static Option<bool> Quiet() => new("--quiet", "-q") { Description = "Print warnings and errors only" };
}
