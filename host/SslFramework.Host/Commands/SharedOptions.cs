using System.CommandLine;
using System.Globalization;
using SslFramework.Host.Experiments;

namespace SslFramework.Host.Commands;

/// <summary>Arguments and options that several commands take.</summary>
internal static class SharedOptions
{
    public static Argument<string> File()
    {
        var file = new Argument<string>("file-or-method") { HelpName = "file-or-method", Description = "An experiment file, such as host/experiments/quickstart.json, or a method, such as simclr, with --data" };
        file.CompletionSources.Add(_ => PluginExperiments.Methods());
        return file;
    }

    public static Option<string?> Data() => new("--data")
    {
        Description = "The images: a folder (class folders or none), MNIST's or CIFAR's files, tar shards, a pack, or fashion-mnist, which ships",
        HelpName = "images",
    };

    public static Option<int?> Size()
    {
        var size = new Option<int?>("--size")
        {
            Description = "With --data: take the method's experiment for images of about so many pixels; by itself the one for these images, and a small one where there is no GPU",
            HelpName = "pixels",
        };
        RequireAtLeast(1, size, "--size takes a number of pixels, 1 or more.");
        return size;
    }

    /// <summary>Refuses smaller numbers, and what is no number.</summary>
    public static void RequireAtLeast(double least, Option option, string sentence) => option.Validators.Add(result =>
    {
        if (result.Tokens is [var token] && !(double.TryParse(token.Value, CultureInfo.InvariantCulture, out var value) && value >= least))
        {
            result.AddError(sentence);
        }
    });

    public static Option<string[]> Set() => new("--set")
    {
        Description = "Set one value of the experiment, as in --set training.epochs=10",
        HelpName = "key=value",
        DefaultValueFactory = _ => [],
    };

    public static Option<string[]> Plugins() => new("--plugins")
    {
        Description = "Another folder of plugins, one folder each; SSL_PLUGINS names some too",
        HelpName = "folder",
        DefaultValueFactory = _ => [],
    };

    public static Option<string?> Locked() => new("--locked")
    {
        Description = "Load no plugin that differs from this lock file, which 'ssl plugin lock' writes",
        HelpName = "file",
    };

    public static Option<bool> Quiet() => new("--quiet") { Description = "Tell warnings and errors alone" };

    public static Option<bool> Trace() => new("--trace") { Description = "Show where an error came from" };
}
