using System.Runtime.InteropServices;

namespace SslFramework.Host.Runs;

/// <summary>
/// SIGINT, SIGTERM, and SIGUSR1, which schedulers send before a time limit: the first asks to finish the step and save, a second
/// leaves at once. SIGHUP, the terminal's end, is no reason to stop.
/// </summary>
public sealed class StopSignals : IDisposable
{
    private static readonly PosixSignal User1 = (PosixSignal)(OperatingSystem.IsMacOS() ? 30 : 10);

    private readonly PosixSignalRegistration[] registrations;

    public StopSignals() => registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Receive(context, ExitCode.Interrupted)),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Receive(context, ExitCode.Terminated)),
        PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => context.Cancel = true),
        .. OperatingSystem.IsWindows() ? Array.Empty<PosixSignalRegistration>() : [PosixSignalRegistration.Create(User1, context => Receive(context, ExitCode.Stopped))],
    ];

    /// <summary>What was asked for; null while nothing was.</summary>
    public ExitCode? Requested { get; private set; }

    /// <summary>Set where there is no step to finish: done at the first signal, before the process leaves.</summary>
    public Action? LeaveAtOnce { get; set; }

    /// <summary>Done at the first signal where a step is finished, which may take a while; on another thread, because a terminal may not answer.</summary>
    public Action? Acknowledge { get; set; }

    public void Dispose() => Array.ForEach(registrations, registration => registration.Dispose());

    private void Receive(PosixSignalContext context, ExitCode code)
    {
        context.Cancel = Requested is null && LeaveAtOnce is null;
        Requested = code;
        LeaveAtOnce?.Invoke();
        if (context.Cancel && Acknowledge is { } acknowledge)
        {
            ThreadPool.QueueUserWorkItem(_ => acknowledge());
        }
    }
}
