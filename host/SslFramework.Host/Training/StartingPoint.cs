using System.Globalization;
using SslFramework.Core.Distributed;
using SslFramework.Core.Storage;
using SslFramework.Engine.Data;
using SslFramework.Engine.Training.Checkpoints;
using SslFramework.Host.Experiments;
using SslFramework.Host.Plans;
using SslFramework.Host.Runs;

namespace SslFramework.Host.Training;

/// <summary>Where a start goes on from. It is found, and may be refused, before anything of the run is changed.</summary>
/// <param name="Checkpoint">The checkpoint; null at the beginning of a run.</param>
/// <param name="Data">The images at hand; the first process alone looks, which alone saves.</param>
/// <param name="Warnings">What the run's journal shall say, a sentence each.</param>
internal sealed record StartingPoint(string? Checkpoint, DataIdentity? Data, IReadOnlyList<string> Warnings)
{
    /// <summary>Finds the checkpoint that the first process chooses, in the folder that all of them read.</summary>
    /// <exception cref="ExperimentException">
    /// The checkpoint named is missing, or the run has learned from other images, or has taken more steps than it shall; or the
    /// next checkpoint would not find room.
    /// </exception>
    public static StartingPoint Find(ExperimentConfig config, ExperimentParts parts, RunFolder run, StartOptions options)
    {
        var own = options.Group.Rank == 0 ? Choose(config, parts, run, options) : null;
        var shared = options.Group.Share(own?.Checkpoint);
        return own ?? new(shared, null, []);
    }

    private static StartingPoint Choose(ExperimentConfig config, ExperimentParts parts, RunFolder run, StartOptions options)
    {
        var folder = new CheckpointFolder(run.Checkpoints, Disk.Instance, run.Journal.Warn);
        var checkpoint = options.Checkpoint is { } named ? folder.Named(named) : run.IsOverwritten ? null : folder.Newest();
        var data = DataIdentity.Of(parts.Source);
        using var loader = parts.NewLoader(options.Group);
        var stepsPerEpoch = parts.StepsPerEpoch(loader);
        if (checkpoint is null)
        {
            CheckpointRoom.Ensure(run.Path, CheckpointRoom.Least(parts));
            return new(null, data, [.. Pitfalls.OfLearning(config, parts)]);
        }

        if (run.IsOverwritten && Path.GetFullPath(checkpoint).StartsWith(run.Path + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw new ExperimentException(
                FailureKind.Usage,
                $"--overwrite would delete the checkpoint '{options.Checkpoint}' that --checkpoint goes on from; "
                + "leave one of the two out, or give this run a name of its own with --set name=…");
        }

        var state = TrainingCheckpoint.ReadState(checkpoint);
        var difference = state.Data?.DifferenceTo(data);
        if (difference is not null && !options.Overridden.Any(key => key.Split('.')[0] == "data"))
        {
            throw new ExperimentException(
                FailureKind.RunFolder,
                $"{run.Path} has learned from other images than \"data\" has now: {difference}; "
                + "put them back as they were, give this run a name of its own with --set name=…, "
                + "delete the old one with --overwrite, or go on all the same with --override-resume data.");
        }

        var total = stepsPerEpoch * config.Training.Epochs;
        if (state.Step > total)
        {
            var (epochs, needed) = (config.Training.Epochs, Math.Ceiling((double)state.Step / stepsPerEpoch));
            var mistake = string.Create(
                CultureInfo.InvariantCulture,
                $"{run.Path} has taken {state.Step:N0} steps, and {epochs:N0} epoch{(epochs == 1 ? "" : "s")} would be {total:N0}");
            throw new ExperimentException(FailureKind.RunFolder, string.Create(
                CultureInfo.InvariantCulture,
                $"{mistake}: steps are not taken back; set \"training.epochs\" to {needed:N0} or more, ")
                + "give this run a name of its own with --set name=…, or go on from an earlier checkpoint with --checkpoint.");
        }

        CheckpointRoom.Ensure(run.Path, CheckpointRoom.Of(checkpoint));
        return new(checkpoint, data, difference is null ? [] : [$"The run goes on with other images: {difference}."]);
    }
}
