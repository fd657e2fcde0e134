using System.CommandLine;
using SslFramework.Host.Commands.Arguments;
using SslFramework.Host.Commands.Data;
using SslFramework.Host.Commands.Plugins;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Commands;

/// <summary>The command <c>ssl</c>: reads the command line and runs what it names.</summary>
public static class SslCommand
{
    /// <summary>All commands.</summary>
    public static RootCommand Define()
    {
        var root = new RootCommand("Pretrains vision backbones on images without labels, and measures what they learned.")
        {
            new TrainCommand(), new PlanCommand(), new EvaluateCommand(), new VerifyResumeCommand(), new ValidateCommand(),
            new ComponentsCommand(), PluginCommand.Define(), new CompareCommand(), new ReportCommand(), new SweepCommand(),
            new DoctorCommand(), DataCommand.Define(), new PreviewCommand(), new SchemaCommand(), new CompletionCommand(),
            NewCommand.Define(), new ImportCommand(), new ExportCommand(), new EmbedCommand(),
        };
        ProgramHelp.TakePlaceIn(root);
        return root;
    }

    /// <summary>Runs the program.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(string[] arguments)
    {
        using var safe = PrintableWriter.OnBoth();
        var noResponseFiles = new ParserConfiguration { ResponseFileTokenReplacer = null };
        var parsed = Define().Parse(arguments.Length == 0 ? ["--help"] : arguments, noResponseFiles);
        if (UsageErrors.Of(parsed) is { } sentence)
        {
            Console.Error.WriteLine($"error: {Printable.Line(sentence)}");
            Console.Error.WriteLine($"See '{UsageErrors.Typed(parsed.CommandResult)} --help'.");
            return (int)ExitCode.Usage;
        }

        return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }
}
