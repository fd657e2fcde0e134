using SslFramework.Core.Distributed;
using SslFramework.Host.Failures;
using SslFramework.Host.Machine;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Processes;

/// <summary>
/// Notices that something ends the process in the middle of a run: a plugin that calls <c>Environment.Exit</c>, which
/// would look like success, or an exception on a thread of its own. (Of an abort in native code and of a stack overflow
/// nobody is told; then run.json goes on saying <c>running</c>.)
/// </summary>
internal sealed class SuddenEnd : IDisposable
{
    /// <summary>The reason in run.json where the process was ended from inside.</summary>
    public const string ByExit =
        "Something ended the process in the middle of the run by Environment.Exit, which only a plugin or its libraries can have done; "
        + "the same command goes on from the last checkpoint, or begins again where there is none.";

    private readonly StopSignals signals;
    private readonly IProcessGroup group;
    private readonly Action<string> tell;
    private int told;

    /// <summary>Watches until it is disposed.</summary>
    /// <param name="signals">Where a signal came in, the process may end.</param>
    /// <param name="group">Ends with it.</param>
    /// <param name="tell">Writes down why.</param>
    public SuddenEnd(StopSignals signals, IProcessGroup group, Action<string> tell)
    {
        (this.signals, this.group, this.tell) = (signals, group, tell);
        AppDomain.CurrentDomain.ProcessExit += OnExit;
        AppDomain.CurrentDomain.UnhandledException += OnUnhandled;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        AppDomain.CurrentDomain.UnhandledException -= OnUnhandled;
    }

    private void OnExit(object? sender, EventArgs e)
    {
        if (signals.Requested is null)
        {
            Tell(ByExit);
            Environment.ExitCode = (int)ExitCode.Plugin;
            group.Abort((int)ExitCode.Left);
        }
    }

    private void OnUnhandled(object sender, UnhandledExceptionEventArgs e)
    {
        Tell(e.ExceptionObject is Exception error && PluginFault.Find(error) is { } fault ? fault.Sentence : "An exception on a thread of "
            + $"its own ended the process: {FirstLine(e.ExceptionObject)}");
        group.Abort((int)ExitCode.Crashed);
    }

    /// <summary>.NET itself prints the rest.</summary>
    private static string FirstLine(object error) => $"{error}".Split('\n')[0].TrimEnd();

    private void Tell(string why)
    {
        if (Interlocked.Exchange(ref told, 1) == 0)
        {
            Messages.Error(why);
            tell(why);
        }
    }
}
