using System.CommandLine;
using SslFramework.Host.Experiments;

namespace SslFramework.Host.Commands.Arguments;

/// <summary>What a command on an experiment takes: a file or a method, images for it, and values to set.</summary>
/// <param name="also">Continues the description of the file, if the command takes something else too.</param>
internal sealed class ExperimentArguments(string also = "")
{
    private readonly Argument<string> file = new("file-or-method")
    {
        HelpName = "file-or-method",
        Description = "An experiment file, such as host/experiments/quickstart.json, or a method, such as simclr, with --data" + also,
        CompletionSources = { _ => PluginExperiments.Methods() },
    };

    private readonly Option<string?> data = SharedOptions.Data();

    private readonly Option<int?> size = new Option<int?>("--size")
    {
        Description = "With --data: take the method's experiment for images of about so many pixels; "
            + "by itself the one for these images, and a small one where there is no GPU",
        HelpName = "pixels",
    }.MustBe("a number of pixels");

    private readonly Option<string[]> set = SharedOptions.Set();

    /// <summary>In the order of a command's help.</summary>
    public IReadOnlyList<Symbol> All => [file, data, size, set];

    /// <summary>The experiment that a command line asks for.</summary>
    public ExperimentChoice Read(ParseResult parsed) =>
        new(parsed.GetValue(file)!, parsed.GetValue(data), parsed.GetValue(set)!) { Size = parsed.GetValue(size) };
}
