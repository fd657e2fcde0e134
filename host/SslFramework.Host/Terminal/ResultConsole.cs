using Spectre.Console;

namespace SslFramework.Host.Terminal;

/// <summary>Results go to stdout, as it is now: Spectre's own console keeps the first writer that it meets.</summary>
internal static class ResultConsole
{
    /// <summary>Tables and marked-up lines.</summary>
    public static IAnsiConsole Open() => AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Out) });
}
