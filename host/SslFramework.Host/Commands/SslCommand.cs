using System.CommandLine;
using SslFramework.Host.Commands.Data;
using SslFramework.Host.Commands.Plugins;
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
            new TrainCommand(),
            new PlanCommand(),
            new EvaluateCommand(),
            new VerifyResumeCommand(),
            new ValidateCommand(),
            new ComponentsCommand(),
            new Command("plugin", "List plugins, verify them, or lock them to what they are now.")
            {
                new PluginListCommand(), new PluginVerifyCommand(), new PluginLockCommand(),
            },
            new CompareCommand(),
            new ReportCommand(),
            new SweepCommand(),
            new DoctorCommand(),
            new Command("data", "Look at images before training, or pack them.") { new DataCheckCommand(), new DataPackCommand() },
            new PreviewCommand(),
            new SchemaCommand(),
            new CompletionCommand(),
            new Command("new", "Write a plugin of your own to start from.") { new NewPluginCommand() },
            new ImportCommand(),
            new ExportCommand(),
            new EmbedCommand(),
        };
        ExampledCommand.ShowExamples(root);
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
            Messages.Error(sentence);
            Messages.Say($"See '{UsageErrors.Typed(parsed.CommandResult)} --help'.");
            return (int)ExitCode.Usage;
        }

        return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }
}
