using Spectre.Console;

namespace SslFramework.Host.Terminal;

/// <summary>Results go to stdout, as it is now: Spectre's own console keeps the first writer that it meets.</summary>
internal static class ResultConsole
{
    /// <summary>Room for whole lines: a program that reads them would take a broken one for two.</summary>
    private const int Piped = 100_000;

    /// <summary>Columns of the terminal; no limit where results are piped.</summary>
    public static int Width => Console.IsOutputRedirected ? Piped : ErrorTerminal.Width();

    /// <summary>Tables and marked-up lines.</summary>
    public static IAnsiConsole Open()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = PlainTerminal.IsAskedFor ? AnsiSupport.No : AnsiSupport.Detect,
            Out = new AnsiConsoleOutput(Console.Out),
        });
        console.Profile.Width = Width;
        return console;
    }

    /// <summary>
    /// A sentence, which a terminal would break within words; names in it can neither draw nor begin a line of their own.
    /// </summary>
    public static void WriteLine(string text) => WriteLines(Printable.Line(text));

    /// <summary>The program's own text, of several lines.</summary>
    public static void WriteLines(string text) => Console.WriteLine(WordWrap.Wrap(text, Width));
}
