using System.Runtime.InteropServices;

namespace SslFramework.Host.Machine;

/// <summary>
/// SIGINT, SIGTERM, and SIGUSR1, which schedulers send before a time limit: the first asks to finish the step and save, a second
/// leaves at once, but for SIGUSR1, which never asks for more. SIGHUP, the terminal's end, is no reason to stop. Of several that are
/// there at once, the newest acts, and the others take notice.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    /// <summary>SIGUSR1, for which .NET has no name.</summary>
    internal static readonly PosixSignal User1 = (PosixSignal)(OperatingSystem.IsMacOS() ? 30 : 10);

    private static readonly List<StopSignals> All = [];

    private readonly PosixSignalRegistration[] registrations;

    public StopSignals()
    {
        lock (All)
        {
            All.Add(this);
        }

        registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Receive(context, ExitCode.Interrupted)),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Receive(context, ExitCode.Terminated)),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => context.Cancel = true),
            .. OperatingSystem.IsWindows()
                ? Array.Empty<PosixSignalRegistration>()
                : [PosixSignalRegistration.Create(User1, context => Receive(context, ExitCode.Stopped))],
        ];
    }

    /// <summary>What was asked for; null while nothing was.</summary>
    public ExitCode? Requested { get; private set; }

    /// <summary>Set where there is no step to finish: done at the first signal, before the process leaves.</summary>
    public Action? LeaveAtOnce { get; set; }

    /// <summary>
    /// Done at the first signal where a step is finished, which may take a while; on another thread, because a terminal may not answer.
    /// </summary>
    public Action? Acknowledge { get; set; }

    /// <summary>Whether a run that ended so was asked to stop by a signal.</summary>
    public static bool Asked(ExitCode code) => code is ExitCode.Interrupted or ExitCode.Terminated or ExitCode.Stopped;

    public void Dispose()
    {
        Array.ForEach(registrations, registration => registration.Dispose());
        lock (All)
        {
            All.Remove(this);
        }
    }

    private void Receive(PosixSignalContext context, ExitCode code)
    {
        lock (All)
        {
            if (All[^1] != this)
            {
                Requested ??= code;
                return;
            }
        }

        if (code == ExitCode.Stopped && Requested is not null)
        {
            context.Cancel = true;
            return;
        }

        context.Cancel = Requested is null && LeaveAtOnce is null;
        Requested = code;
        LeaveAtOnce?.Invoke();
        if (context.Cancel && Acknowledge is { } acknowledge)
        {
            ThreadPool.QueueUserWorkItem(_ => acknowledge());
        }
    }
}
