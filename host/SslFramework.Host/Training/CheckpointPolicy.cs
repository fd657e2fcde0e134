using SslFramework.Engine.Training;
using SslFramework.Engine.Training.Checkpoints;

namespace SslFramework.Host.Training;

/// <summary>When a start saves, and what follows if saving fails: training goes on and it is tried again, up to a limit.</summary>
/// <param name="write">Writes a checkpoint; null in a process that does not write.</param>
/// <param name="options">How often to save.</param>
/// <param name="stepsPerEpoch">Steps of an epoch.</param>
/// <param name="time">Says when to try again.</param>
/// <param name="warn">Receives one sentence per failure that training survives.</param>
internal sealed class CheckpointPolicy(
    Action<TrainingState>? write, TrainingOptions options, long stepsPerEpoch, TimeProvider time, Action<string> warn)
{
    private const int MostFailures = 3;
    private static readonly TimeSpan[] Delays = [TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1)];

    private int failures;
    private long failedAt;
    private bool isDue;
    private volatile bool isSaving;

    /// <summary>Steps done that no kill can undo.</summary>
    public long SavedStep { get; set; }

    /// <summary>Whether a checkpoint is being written. Other threads may ask.</summary>
    public bool IsSaving => isSaving;

    /// <summary>Whether to save after a step: if a checkpoint is due, the next step that is accepted is saved.</summary>
    /// <param name="step">The step, from 1.</param>
    /// <param name="isHealthy">Whether it was accepted.</param>
    /// <param name="isLast">Whether the run ends with it, so that there is no other step to save.</param>
    public bool IsDueAfter(long step, bool isHealthy, bool isLast)
    {
        isDue |= step % (stepsPerEpoch * options.CheckpointEvery) == 0
            || (options.CheckpointEverySteps is { } steps && step % steps == 0)
            || (failures > 0 && time.GetElapsedTime(failedAt) >= Delays[failures - 1]);
        return isDue && (isHealthy || isLast);
    }

    /// <summary>Saves.</summary>
    /// <param name="take">Takes what is to be saved beside the tensors.</param>
    /// <param name="mustSucceed">Whether there will be no other chance.</param>
    /// <returns>Whether it is saved.</returns>
    /// <exception cref="ExperimentException">It failed too often, or there is no other chance; or the weights are not finite.</exception>
    public bool Save(Func<TrainingState> take, bool mustSucceed)
    {
        (isDue, isSaving) = (false, true);
        try
        {
            var state = take();
            var isSaved = TryWrite(state, mustSucceed);
            SavedStep = isSaved ? state.Step : SavedStep;
            return isSaved;
        }
        finally
        {
            isSaving = false;
        }
    }

    private bool TryWrite(TrainingState state, bool mustSucceed)
    {
        try
        {
            write?.Invoke(state);
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
