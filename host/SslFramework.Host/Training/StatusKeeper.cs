using System.Diagnostics;
using SslFramework.Host.Machine;
using SslFramework.Host.Runs;

namespace SslFramework.Host.Training;

/// <summary>Keeps run.json as a start goes: what the run's folder says of it, now and after its end.</summary>
/// <param name="run">The run's folder. What ends before the run has begun leaves it as it was.</param>
/// <param name="seed">The run's seed.</param>
internal sealed class StatusKeeper(RunFolder run, long seed)
{
    /// <summary>What run.json says, or will say at the next <see cref="Save"/>.</summary>
    public RunStatus Current { get; set; } = new() { Status = "running", Seed = seed };

    /// <summary>Takes up what an earlier start has left, for the case that this one fails before its first step.</summary>
    /// <returns>The status of that start; null if this is the first.</returns>
    public RunStatus? TakeUp()
    {
        var before = run.ReadStatus();
        Current = before is null ? Current : Current with
        {
            Step = before.Step,
            TotalSteps = before.TotalSteps,
            TrainingSeconds = before.TrainingSeconds,
        };
        return before;
    }

    /// <summary>Says who works on the run, and on what the last bits depend.</summary>
    public void Begin(IReadOnlyDictionary<string, string> environment) =>
        Current = Current with { Environment = environment, Holder = Self() };

    /// <summary>How far training has come.</summary>
    public void Advance(TrainingSession session) => Current = Current with
    {
        Step = session.SavedStep,
        TotalSteps = session.TotalSteps,
        TrainingSeconds = session.Seconds,
    };

    /// <summary>Writes run.json. A run does not end if that fails: not to say <c>completed</c> errs on the safe side.</summary>
    /// <exception cref="ExperimentException">The run is completed, and that cannot be written.</exception>
    public void Save()
    {
        try
        {
            run.WriteStatus(Current);
        }
        catch (ExperimentException e) when (Current.Status != RunStatus.Completed)
        {
            run.Journal.Warn(e.Message);
        }
    }

    /// <summary>Writes how the start ended.</summary>
    /// <param name="how">One of <see cref="RunStatus.Status"/>.</param>
    /// <param name="code">The exit code.</param>
    /// <param name="why">The reason, if the run did not complete.</param>
    public void End(string how, ExitCode code, string? why)
    {
        if (!run.HasBegun)
        {
            return;
        }

        Current = Current with { Status = how, Reason = why, ExitReason = code.ToString(), Holder = null };
        Save();
        run.Journal.Write($"Ended at step {Current.Step} of {Current.TotalSteps}: {how}{(why is null ? "" : $", {why}")}.");
    }

    private static string Self()
    {
        using var self = Process.GetCurrentProcess();
        return $"process {self.Id} on {Environment.MachineName} since {self.StartTime.ToUniversalTime():yyyy-MM-dd HH:mm:ss} UTC";
    }
}
