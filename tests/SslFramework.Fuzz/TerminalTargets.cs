using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using SslFramework.Host.Comparison;
using SslFramework.Host.Diagnosis;
using SslFramework.Host.Evaluation;
using SslFramework.Host.Experiments;
using SslFramework.Host.Failures;
using SslFramework.Host.Machine;
using SslFramework.Host.Runs;
using SslFramework.Host.Sweeps;
using SslFramework.Host.Terminal;

namespace SslFramework.Fuzz;

/// <summary>What the program shows of others' names and sentences: whatever is in them, a terminal gets visible text and the program's own lines.</summary>
internal static partial class TerminalTargets
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("terminal", input =>
        {
            var shown = Readings(input).Sum(Show);

            // Nothing is ever refused: what came of it is the answer.
            throw new ExperimentException(FailureKind.Plugin, $"{(shown == 0 ? "all" : shown < 20 ? "most" : "little")} of it is visible");
        })
        {
            Words = ["\u001b[2J", "\u001b]0;x\u0007", "\nerror: ", "\r", "\t", "\u009b31m", "\u202e", "\u2028", "[red]", "[/]", "|", "<b>", "](", "=1+1", ", ", "top-1 (k=20)", "🦊"],
            Seeds = () => [Encoding.UTF8.GetBytes("a\u001b[31m\nerror: forged"), "layer1"u8.ToArray(), "[bold]x, y-z[/]"u8.ToArray()],
        },
    ];

    /// <summary>Bytes as file names and JSON have them, with every control character, and with halves of surrogate pairs.</summary>
    private static IEnumerable<string> Readings(byte[] input) =>
        [Encoding.UTF8.GetString(input), Encoding.Latin1.GetString(input), new string(MemoryMarshal.Cast<byte, char>(input))];

    /// <returns>How many characters had to be spelled out.</returns>
    private static int Show(string text)
    {
        var (stdout, stderr, terminal) = (Console.Out, Console.Error, Environment.GetEnvironmentVariable("TERM"));
        using var output = new StringWriter();
        using var errors = new StringWriter();
        try
        {
            Console.SetOut(output);
            Console.SetError(errors);
            Environment.SetEnvironmentVariable("TERM", "dumb"); // no colours of the program's own
            using (PrintableWriter.OnBoth())
            {
                Results(text);
                Messages(text);
            }
        }
        finally
        {
            Console.SetOut(stdout);
            Console.SetError(stderr);
            Environment.SetEnvironmentVariable("TERM", terminal);
        }

        using var panel = new StringWriter();
        using (var live = new LivePanel(panel, () => 80))
        {
            live.Show([text, text]);
            live.WriteLine("warning: " + text);
            live.Show([]);
        }

        EnsureVisible("stdout", output.ToString());
        EnsureVisible("stderr", errors.ToString());
        EnsureVisible("the panel", Erasures().Replace(panel.ToString(), ""));
        var lines = errors.ToString().TrimEnd('\n').Split('\n');
        if (lines.Length != 5 || lines.Any(line => !Beginnings().IsMatch(line)))
        {
            throw new InvalidOperationException("a name begins a message of its own");
        }

        return Printable.Line(text).Length - text.Length;
    }

    private static void Results(string text)
    {
        var table = new ResultTable(text, text, [text, "second"], [new ResultRow(text, false, [new Cell(1, [0, 2], text) { Best = true }, null])], [text]);
        ResultTable.Print([table]);
        Console.Out.Write(table.Markdown() + table.Csv());
        EvaluationTable.Print([new SubjectResult(text, text, text, text, 1, null, text, text)]);
        FindingList.Print([new Finding(text, Health.Bad, text, text)]);
        Console.WriteLine(text);
    }

    private static void Messages(string text)
    {
        Failure.Tell(new ExperimentException(FailureKind.Data, text), trace: false);
        new Journal(Path.Combine("no such folder", "journal.md"), TimeProvider.System).Warn(text);
        Console.Error.WriteLine("left out: " + text);
        new OtherVoice(Console.Error, 3).WriteLine("error: " + text);
        var point = new SweepPoint([], new ExperimentConfig
        {
            Name = "x",
            Data = null!,
            Augmentation = null!,
            Backbone = null!,
            Objective = null!,
            Optimizer = null!,
            Schedule = null!,
        });
        new SweepReport(new SweepFile { Name = "x" }, [new SweepOutcome(point, "failed", text)]).Print();
    }

    private static void EnsureVisible(string where, string shown)
    {
        if (shown.FirstOrDefault(c => c != '\n' && (char.IsControl(c) || c is (>= '\u202a' and <= '\u202e') or '\u2028' or '\u2029')) is not '\0' and var hidden)
        {
            throw new InvalidOperationException($"{where} gets the character {(int)hidden:x4}");
        }

        if (shown.Contains('\0', StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"{where} gets the character 0000");
        }
    }

    /// <summary>How a panel is written over.</summary>
    [GeneratedRegex(@"\x1b\[[0-9]+A\r\x1b\[J")]
    private static partial Regex Erasures();

    [GeneratedRegex("^(error: |warning: |left out: |process 3: error: |x: failed)")]
    private static partial Regex Beginnings();
}
