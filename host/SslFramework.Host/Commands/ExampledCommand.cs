using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace SslFramework.Host.Commands;

/// <summary>A command whose help ends with examples.</summary>
internal sealed class ExampledCommand(string name, string description, params string[] examples) : Command(name, description)
{
    /// <summary>Lets help show the examples of all commands.</summary>
    public static void ShowExamples(RootCommand root)
    {
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new ExampledHelp((HelpAction)help.Action!);
    }

    private sealed class ExampledHelp(HelpAction inner) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true; // "ssl train --help" names no experiment

        public override int Invoke(ParseResult parseResult)
        {
            var code = inner.Invoke(parseResult);
            string[] lines = parseResult.CommandResult.Command switch
            {
                ExampledCommand command => command.Shown,
                RootCommand => Overview,
                _ => [],
            };
            foreach (var line in lines)
            {
                Console.WriteLine(line.Length == 0 ? line : "  " + line);
            }

            return code;
        }
    }

    private static readonly string[] Overview =
    [
        "ssl train simclr --data ./photos       pretrain on a folder of images, and measure",
        "ssl components simclr                  what can be set",
        "ssl compare runs/*                     runs side by side",
        "ssl doctor                             is everything there?",
        "",
        "Results are on stdout, messages on stderr. Exit codes: 0 done, 1 bug, 2 command line, 3 experiment, 4 data, 5 plugin, 6 checkpoint,",
        "7 diverged, 8 memory, 9 storage, 10 run folder in use, 74 hung, 85, 130 and 143 interrupted (saved), 70 and 75 one of several processes left.",
        "NO_COLOR takes colours away.",
    ];

    private string[] Shown => examples.Length == 0 ? [] : ["Examples:", .. examples.Select(example => "  " + example)];
}
