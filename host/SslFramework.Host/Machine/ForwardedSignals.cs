using System.Diagnostics;
using System.Runtime.InteropServices;

namespace SslFramework.Host.Machine;

/// <summary>
/// What asks a supervisor to stop (Ctrl-C, SIGTERM, a scheduler's SIGUSR1) reaches the process that it watches; a second signal too, which
/// asks to leave at once.
/// </summary>
/// <remarks>
/// A terminal signals both processes, and so do schedulers that signal a whole job: the same signal passed on would be the second one
/// there. The first is therefore passed on as SIGUSR1, which asks again for what was asked for already.
/// </remarks>
internal sealed partial class ForwardedSignals : IDisposable
{
    // Whoever signals both has done so by then.
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(200);

    private readonly Lock gate = new();
    private readonly ManualResetEventSlim requested = new();
    private readonly PosixSignalRegistration[] registrations;
    private Process? process;

    public ForwardedSignals() => registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Receive(context, ExitCode.Interrupted)),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Receive(context, ExitCode.Terminated)),
        PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => context.Cancel = true),
        .. OperatingSystem.IsWindows()
            ? Array.Empty<PosixSignalRegistration>()
            : [PosixSignalRegistration.Create(StopSignals.User1, context => Receive(context, ExitCode.Stopped))],
    ];

    /// <summary>How the program ends because it was asked to; null while it was not.</summary>
    public ExitCode? Requested { get; private set; }

    /// <summary>Passes signals on to a process until the result is disposed; one that came before at once.</summary>
    public IDisposable To(Process started)
    {
        lock (gate)
        {
            process = started;
            if (Requested is not null)
            {
                Send(StopSignals.User1);
            }
        }

        return new End(this);
    }

    /// <summary>Waits for a signal, not longer than so long.</summary>
    public ExitCode? WaitForRequest(TimeSpan longest)
    {
        requested.Wait(longest);
        return Requested;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Array.ForEach(registrations, registration => registration.Dispose());
        requested.Dispose();
    }

    private void Receive(PosixSignalContext context, ExitCode code)
    {
        context.Cancel = true;
        lock (gate)
        {
            var isFirst = Requested is null;
            Requested ??= code;
            requested.Set();
            if (!isFirst && context.Signal != StopSignals.User1)
            {
                Send(context.Signal);
            }
            else if (isFirst && process is not null)
            {
                Task.Delay(Moment).ContinueWith(_ => SendLater(), TaskScheduler.Default);
            }
        }
    }

    private void SendLater()
    {
        lock (gate)
        {
            Send(StopSignals.User1);
        }
    }

    private void Send(PosixSignal signal)
    {
        if (process is { HasExited: false } && !OperatingSystem.IsWindows()) // whose console tells both
        {
            _ = Kill(process.Id, NumberOf(signal));
        }
    }

    /// <summary>.NET's own names for signals are negative.</summary>
    private static int NumberOf(PosixSignal signal) => signal switch
    {
        PosixSignal.SIGINT => 2,
        PosixSignal.SIGTERM => 15,
        _ => (int)signal,
    };

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    private sealed class End(ForwardedSignals signals) : IDisposable
    {
        public void Dispose()
        {
            lock (signals.gate)
            {
                signals.process = null;
            }
        }
    }
}
