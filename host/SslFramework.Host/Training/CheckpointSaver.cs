using SslFramework.Engine.Training;
using SslFramework.Engine.Training.Checkpoints;

namespace SslFramework.Host.Training;

/// <summary>When a run saves, and what becomes of it where saving fails: it goes on and tries again, up to a limit.</summary>
internal sealed class CheckpointSaver(CheckpointFolder folder, TrainingOptions options, long stepsPerEpoch, TimeProvider time, Action<string> warn)
{
    private const int MostFailures = 3;
    private static readonly TimeSpan[] Delays = [TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1)];

    private int failures;
    private long failedAt;

    /// <summary>Whether a checkpoint should be written now.</summary>
    public bool IsDue(long step) =>
        step % (stepsPerEpoch * options.CheckpointEvery) == 0
        || (options.CheckpointEverySteps is { } steps && step % steps == 0)
        || (failures > 0 && time.GetElapsedTime(failedAt) >= Delays[failures - 1]);

    /// <summary>Saves.</summary>
    /// <param name="state">Where the run stands.</param>
    /// <param name="parts">Objective and optimizer.</param>
    /// <param name="mustSucceed">There will be no other chance.</param>
    /// <returns>Whether it is saved.</returns>
    /// <exception cref="ExperimentException">It failed too often, or the last time; or the weights are not finite.</exception>
    public bool Save(TrainingState state, Experiments.ExperimentParts parts, bool mustSucceed)
    {
        try
        {
            folder.Save(state, parts.Objective, parts.Optimizer);
            failures = 0;
            return true;
        }
        catch (ExperimentException e) when (e.Kind == FailureKind.Storage && !mustSucceed && failures + 1 < MostFailures)
        {
            failedAt = time.GetTimestamp();
            warn($"{e.Message} Training goes on; the next try is in {Delays[failures].TotalSeconds:F0} s at the latest.");
            failures++;
            return false;
        }
    }
}
