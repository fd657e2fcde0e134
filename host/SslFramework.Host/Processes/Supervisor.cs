using System.Diagnostics;
using SslFramework.Host.Configuration;
using SslFramework.Host.Machine;
using SslFramework.Host.Runs;

namespace SslFramework.Host.Processes;

/// <summary>
/// Runs this program's own command in a process of its own, and starts it again where that is killed or crashes: it goes on
/// from its last checkpoint. What the program says itself by an exit code is passed on.
/// </summary>
/// <param name="runFolder">The run's folder: run.json says whether a run that ended with 0 is done.</param>
/// <param name="arguments">
/// The command line of a start: the first one, or, with <see langword="false"/>, one that goes on, which must not repeat what is done once.
/// </param>
/// <param name="maxRestarts">How often.</param>
/// <param name="time">For the journal.</param>
internal sealed class Supervisor(string runFolder, Func<bool, IReadOnlyList<string>> arguments, int maxRestarts, TimeProvider time)
{
    private readonly Journal journal = new(Path.Combine(runFolder, RunFiles.Journal), time);
    private readonly string status = Path.Combine(runFolder, RunFiles.Status);
    private readonly DateTime before = File.GetLastWriteTimeUtc(Path.Combine(runFolder, RunFiles.Status));

    /// <summary>A start that ended before the run began may have done nothing of what is asked for once.</summary>
    private bool HasBegun => File.GetLastWriteTimeUtc(status) != before;

    /// <summary>Runs to the end.</summary>
    /// <returns>The last exit code.</returns>
    public ExitCode Run()
    {
        using var signals = new ForwardedSignals();
        for (var start = 0; ; start++)
        {
            var code = RunOnce(signals);
            if (signals.Requested is { } asked)
            {
                return code == (int)ExitCode.Stopped || code > 128 ? asked : (ExitCode)code;
            }

            if (Meaning(code) is not { } meaning)
            {
                return (ExitCode)code;
            }

            var last = start == maxRestarts;
            var next = last
                ? $"it was started again {maxRestarts} times, and is not any more"
                : $"start again, {start + 1} of {maxRestarts}";
            journal.Warn($"The process {meaning}; {next}.");
            if (last)
            {
                return code == 0 ? ExitCode.Plugin : (ExitCode)code;
            }

            if (signals.WaitForRequest(TimeSpan.FromSeconds(Math.Min(1 << Math.Min(start, 6), 60))) is { } meanwhile)
            {
                return meanwhile;
            }
        }
    }

    /// <summary>How a process ended that did not end itself in order; null where it did.</summary>
    private string? Meaning(int code) => code switch
    {
        0 when RunFolder.ReadStatus(runFolder) is null or { Status: "running" } => "ended itself before or in the middle of the run, "
            + "with exit code 0 (a plugin that calls Environment.Exit?)",
        (int)ExitCode.Plugin when RunFolder.ReadStatus(runFolder) is { Reason: SuddenEnd.ByExit } => "ended itself in the middle of the "
            + "run (a plugin that calls Environment.Exit?)",
        (int)ExitCode.Interrupted or (int)ExitCode.Terminated => null,
        (int)ExitCode.Hung => "hung (74: a step did not end in time)",
        134 => "was aborted (134: a native library, an unhandled exception on another thread, a stack overflow)",
        137 => "was killed (137: often by the kernel, because memory ran out)",
        139 => "crashed (139: an access outside its memory)",
        > 128 => $"was ended by signal {code - 128}",
        _ => null,
    };

    private int RunOnce(ForwardedSignals signals)
    {
        var isHosted = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet";
        string[] program = isHosted ? Environment.GetCommandLineArgs()[..1] : []; // this program's assembly
        var start = new ProcessStartInfo(Environment.ProcessPath!, [.. program, .. arguments(!HasBegun)]);
        Supervised.Mark(start);
        using var process = Process.Start(start)!;
        using (signals.To(process))
        {
            process.WaitForExit();
        }

        return process.ExitCode;
    }
}
