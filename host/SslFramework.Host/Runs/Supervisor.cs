using System.Diagnostics;
using System.Runtime.InteropServices;

namespace SslFramework.Host.Runs;

/// <summary>
/// Runs this program's own command in a process of its own, and starts it again where that is killed or crashes: it goes on
/// from its last checkpoint. What the program says itself by an exit code is passed on.
/// </summary>
/// <param name="runFolder">The run's folder: run.json says whether a run that ended with 0 is done.</param>
/// <param name="maxRestarts">How often.</param>
/// <param name="time">For the journal.</param>
public sealed partial class Supervisor(string runFolder, int maxRestarts, TimeProvider time)
{
    private const int Terminate = 15; // SIGTERM
    private static readonly string[] Own = ["--supervise", "--max-restarts"];
    private readonly Journal journal = new(Path.Combine(runFolder, "journal.md"), time);

    /// <summary>Runs to the end.</summary>
    /// <returns>The last exit code.</returns>
    public ExitCode Run()
    {
        for (var start = 0; ; start++)
        {
            var (code, asked) = RunOnce(isFirst: start == 0);
            if (asked || Meaning(code) is not { } meaning)
            {
                return (ExitCode)code;
            }

            var last = start == maxRestarts;
            journal.Warn($"The process {meaning}; {(last ? $"it was started again {maxRestarts} times, and is not any more" : $"start again, {start + 1} of {maxRestarts}")}.");
            if (last)
            {
                return code == 0 ? ExitCode.Plugin : (ExitCode)code;
            }

            Thread.Sleep(TimeSpan.FromSeconds(Math.Min(1 << start, 60)));
        }
    }

    /// <summary>The command line without what is the supervisor's; faults are for the first start.</summary>
    public static IReadOnlyList<string> ChildArguments(IEnumerable<string> arguments, bool isFirst)
    {
        var kept = new List<string>();
        var skipValue = false;
        foreach (var argument in arguments)
        {
            var name = argument.Split('=')[0];
            if (skipValue)
            {
                skipValue = false;
            }
            else if (Own.Contains(name) || (!isFirst && name == "--inject"))
            {
                skipValue = name != "--supervise" && name == argument;
            }
            else
            {
                kept.Add(argument);
            }
        }

        return kept;
    }

    /// <summary>How a process ended that did not end itself in order; null where it did.</summary>
    private string? Meaning(int code) => code switch
    {
        0 when RunFolder.ReadStatus(runFolder) is null or { Status: "running" } => "ended itself before or in the middle of the run, with exit code 0 (a plugin that calls Environment.Exit?)",
        (int)ExitCode.Plugin when RunFolder.ReadStatus(runFolder) is { Reason: SuddenEnd.ByExit } => "ended itself in the middle of the run (a plugin that calls Environment.Exit?)",
        (int)ExitCode.Interrupted or (int)ExitCode.Terminated => null,
        (int)ExitCode.Hung => "hung (74: a step did not end in time)",
        134 => "was aborted (134: a native library, an unhandled exception on another thread, a stack overflow)",
        137 => "was killed (137: often by the kernel, because memory ran out)",
        139 => "crashed (139: an access outside its memory)",
        > 128 => $"was ended by signal {code - 128}",
        _ => null,
    };

    private static (int Code, bool Asked) RunOnce(bool isFirst)
    {
        var asked = false;
        var all = Environment.GetCommandLineArgs(); // the first is this program's assembly
        var isHosted = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet";
        using var process = Process.Start(Environment.ProcessPath!, [.. isHosted ? all[..1] : [], .. ChildArguments(all[1..], isFirst)]);

        // The terminal sends Ctrl-C to both; SIGTERM comes here alone.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = asked = true);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => context.Cancel = true);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = asked = true;
            _ = Kill(process.Id, Terminate);
        });
        process.WaitForExit();
        return (process.ExitCode, asked);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
