using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace SslFramework.Host.Machine;

/// <summary>
/// A training that a supervisor started does not outlive it: where that is killed, the kernel tells the training, which finishes its step,
/// saves and ends. Left alone it would go on outside the scheduler's job, and hold the run's folder. Linux alone can do so.
/// </summary>
internal static partial class Supervised
{
    private const string Variable = "SSL_SUPERVISOR";
    private const int DeathOfParent = 1; // PR_SET_PDEATHSIG

    /// <summary>Marks a process that is to be started as this one's.</summary>
    public static void Mark(ProcessStartInfo start) =>
        start.Environment[Variable] = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);

    /// <summary>To be called by what may have been started so; processes that it starts inherit the mark, but are not meant.</summary>
    /// <returns>Whether the supervisor is there, or there was none.</returns>
    public static bool FollowSupervisor()
    {
        var named = Environment.GetEnvironmentVariable(Variable);
        if (!OperatingSystem.IsLinux() || !int.TryParse(named, CultureInfo.InvariantCulture, out var supervisor))
        {
            return true;
        }

        Environment.SetEnvironmentVariable(Variable, null);
        _ = Control(DeathOfParent, (nuint)StopSignals.User1);
        return ParentProcess() == supervisor;
    }

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int Control(int option, nuint argument);

    [LibraryImport("libc", EntryPoint = "getppid")]
    private static partial int ParentProcess();
}
