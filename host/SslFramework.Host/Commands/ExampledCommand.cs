using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using SslFramework.Host.Machine;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Commands;

/// <summary>A command whose help ends with examples.</summary>
internal class ExampledCommand(string name, string description, params string[] examples) : Command(name, description)
{
    private const string Overview = """
        Pretrain vision backbones without labels, and measure what they learned.

        Usage:
          ssl COMMAND [options]
          ssl COMMAND --help    all options, and examples
          ssl --version

        Training:
          train          pretrain a backbone and evaluate it, or resume it
          plan           what a training will take: time, memory, disk
          validate       check an experiment or a sweep, all mistakes at once
          preview        pictures of the views that the network will see
          sweep          an experiment with many values and seeds
          verify-resume  prove that a stopped training resumes to the same bits

        Results:
          evaluate       measure a run, or weights, on labeled images
          compare        runs side by side
          report         one page on a run, while it runs and after a crash

        Weights:
          export         a run's backbone for PyTorch, ONNX and others
          import         a backbone out of somebody else's weights
          embed          a feature vector of every image

        Images and plugins:
          data           check images, or pack them into one file
          components     all that an experiment can name, with options and defaults
          plugin         list plugins, verify or lock them
          new            a plugin of your own to start from

        Set-up:
          doctor         is everything there that training needs?
          schema         the JSON schema of experiments, for editors
          completion     commands and options completed by the shell

        Examples:
          ssl train simclr --data ./photos
          ssl train simclr --data fashion-mnist --set training.epochs=5
          ssl components simclr
          ssl compare runs/*

        Results are on stdout, messages on stderr. NO_COLOR, with any value, turns
        colors off; CI and TERM=dumb ask for plain lines.
        Exit codes: 0 done, 1 bug, 2 command line, 3 experiment, 4 data, 5 plugin,
        6 checkpoint, 7 diverged, 8 memory, 9 storage, 10 run folder in use, 11 the
        processor computes wrongly, 74 hung, 85, 130 and 143 interrupted (saved), 70
        and 75 one of several processes left.
        """;

    /// <summary>Lets help show the examples of all commands, and an overview of them.</summary>
    public static void ShowExamples(RootCommand root)
    {
        var help = root.Options.OfType<HelpOption>().Single();
        help.Aliases.Remove("/h"); // these look like folders
        help.Aliases.Remove("/?");
        help.Action = new ExampledHelp((HelpAction)help.Action!);
    }

    private sealed class ExampledHelp(HelpAction inner) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true; // "ssl train --help" names no experiment

        public override int Invoke(ParseResult parseResult)
        {
            if (parseResult.CommandResult.Command is RootCommand)
            {
                ResultConsole.WriteLines(Overview);
                return (int)ExitCode.Success;
            }

            foreach (var option in parseResult.CommandResult.Command.Options)
            {
                FormerNames(option).ToList().ForEach(name => option.Aliases.Remove(name));
            }

            inner.MaxWidth = ResultConsole.Width;
            var code = inner.Invoke(parseResult);
            if (parseResult.CommandResult.Command is ExampledCommand { Examples.Length: > 0 } command)
            {
                ResultConsole.WriteLines($"Examples:\n  {string.Join("\n  ", command.Examples)}");
            }

            return code;
        }
    }

    private string[] Examples => examples;

    /// <inheritdoc/>
    public override IEnumerable<CompletionItem> GetCompletions(CompletionContext context)
    {
        string[] former = [.. Options.SelectMany(FormerNames)];
        return base.GetCompletions(context).Where(item => !former.Contains(item.Label));
    }

    /// <summary>
    /// An option has one word for a name, and may have a letter; other words are of earlier versions, taken still and shown nowhere.
    /// </summary>
    private static IEnumerable<string> FormerNames(Option option) =>
        option.Aliases.Where(name => name.StartsWith("--", StringComparison.Ordinal));
}
