using System.CommandLine;
using SslFramework.Host.Experiments;

namespace SslFramework.Host.Commands.Arguments;

/// <summary>What names an experiment on a command line: a file or a method, images, a size, and values that are set.</summary>
internal sealed class ExperimentArguments
{
    private readonly Argument<string> file = new("file-or-method")
    {
        HelpName = "file-or-method",
        Description = "An experiment file, such as host/experiments/quickstart.json, or a method, such as simclr, with --data",
    };

    private readonly Option<string?> data = SharedOptions.Data();

    private readonly Option<int?> size = new("--size")
    {
        Description = "With --data: take the method's experiment for images of about so many pixels; by itself the one for these images, "
            + "and a small one where there is no GPU",
        HelpName = "pixels",
    };

    private readonly Option<string[]> set = SharedOptions.Set();

    /// <param name="also">What else the command takes in the place of a file, for its help.</param>
    public ExperimentArguments(string also = "")
    {
        file.Description += also;
        file.CompletionSources.Add(_ => PluginExperiments.Methods());
        SharedOptions.TakesNumber(size, "a number of pixels");
    }

    /// <summary>All of them, in the order of help.</summary>
    public IEnumerable<Symbol> All => [file, data, size, set];

    /// <summary>What the command line asks for.</summary>
    public ExperimentChoice Read(ParseResult parsed) =>
        new(parsed.GetValue(file)!, parsed.GetValue(data), parsed.GetValue(set)!) { Size = parsed.GetValue(size) };
}
