using System.CommandLine;
using SslFramework.Host.Commands.Data;
using SslFramework.Host.Machine;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Commands;

/// <summary>The command <c>ssl</c>: reads the command line and runs what it names.</summary>
internal static class SslCommand
{
    /// <summary>All commands.</summary>
    public static RootCommand Define()
    {
        var root = new RootCommand("Pretrains vision backbones on images without labels, and measures what they learned.")
        {
            TrainCommand.Define(), PlanCommand.Define(), EvaluateCommand.Define(), VerifyResumeCommand.Define(), ValidateCommand.Define(), ComponentsCommand.Define(),
            PluginCommand.Define(), CompareCommand.Define(), ReportCommand.Define(), SweepCommand.Define(), DoctorCommand.Define(),
            DataCommand.Define(), PreviewCommand.Define(), SchemaCommand.Define(), CompletionCommand.Define(), NewCommand.Define(),
            ImportCommand.Define(), ExportCommand.Define(), EmbedCommand.Define(),
        };
        ExampledCommand.ShowExamples(root);
        return root;
    }

    /// <summary>Runs the program.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(string[] arguments)
    {
        using var safe = PrintableWriter.OnBoth();
        var parsed = Define().Parse(arguments.Length == 0 ? ["--help"] : arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (UsageErrors.Of(parsed) is { } sentence)
        {
            Console.Error.WriteLine($"error: {Printable.Line(sentence)}");
            Console.Error.WriteLine($"See '{UsageErrors.Typed(parsed.CommandResult)} --help'.");
            return (int)ExitCode.Usage;
        }

        return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }
}
