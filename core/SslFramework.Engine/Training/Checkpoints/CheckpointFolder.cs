using System.Globalization;
using SslFramework.Core.Optimization;
using SslFramework.Core.Storage;
using SslFramework.Core.Tensors;

namespace SslFramework.Engine.Training.Checkpoints;

/// <summary>
/// The checkpoints of a run, one folder each. A checkpoint is written under another name, synced, sealed with its manifest, and only
/// then renamed: whatever happens meanwhile, earlier ones stay whole, and half a checkpoint is never mistaken for one.
/// </summary>
/// <param name="folder">The folder of all checkpoints of the run.</param>
/// <param name="disk">The file system.</param>
/// <param name="warn">Receives one sentence per damaged checkpoint.</param>
internal sealed class CheckpointFolder(string folder, IDisk disk, Action<string> warn)
{
    /// <summary>What the name of every checkpoint begins with; its step follows.</summary>
    public const string Prefix = "step-";

    private const string Unfinished = ".tmp-";
    private const int Kept = 2;

    /// <summary>What the checkpoint after a step is called.</summary>
    /// <param name="step">Optimizer steps done.</param>
    public static string NameOf(long step) => Prefix + step.ToString("D9", CultureInfo.InvariantCulture);

    /// <summary>Writes a checkpoint, reads it back, and only then deletes older ones: all but two, and the best.</summary>
    /// <param name="state">The state of the run.</param>
    /// <param name="objective">The objective whose parameters and buffers are saved.</param>
    /// <param name="optimizer">The optimizer whose state is saved.</param>
    /// <returns>The checkpoint's folder.</returns>
    /// <exception cref="ExperimentException">
    /// Writing failed (<see cref="FailureKind.Storage"/>), and the older checkpoints are unchanged; or weights are not
    /// finite (<see cref="FailureKind.Diverged"/>).
    /// </exception>
    public string Save(TrainingState state, IPretextObjective objective, IOptimizer optimizer)
    {
        FiniteWeights.Ensure(objective.Module, state.Step);
        var target = Path.Combine(folder, NameOf(state.Step));
        var aside = Path.Combine(folder, $"{Unfinished}{Path.GetFileName(target)}-{Environment.ProcessId}");
        try
        {
            if (Directory.Exists(target) && IsSound(target))
            {
                return target; // the same steps give the same bits
            }

            disk.CreateFolder(folder);
            Write(aside, state.Step, TrainingCheckpoint.Contents(state, objective, optimizer));
            disk.Move(aside, target);
            disk.SyncFolder(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            DeleteIfPossible(aside);
            throw new ExperimentException(
                FailureKind.Storage, $"The checkpoint {target} could not be written: {e.Message.TrimEnd('.')}.", e);
        }

        if (IsSound(target))
        {
            Prune();
            return target;
        }

        throw new ExperimentException(
            FailureKind.Storage, $"The checkpoint {target} was written, but read back it is another; check the disk.");
    }

    /// <summary>
    /// The newest intact checkpoint, or null. Damaged ones are reported and renamed to
    /// <c>*.corrupt</c>; checkpoints that a kill left half-written are deleted.
    /// </summary>
    /// <exception cref="ExperimentException">One was written by a newer version.</exception>
    public string? Newest()
    {
        if (!Directory.Exists(folder))
        {
            return null;
        }

        foreach (var unfinished in Directory.GetDirectories(folder, Unfinished + "*"))
        {
            DeleteIfPossible(unfinished);
        }

        return All().FirstOrDefault(IsSound);
    }

    /// <summary>Finds the checkpoint that the user names, as a path or as its name in this folder.</summary>
    /// <exception cref="ExperimentException">It is missing or damaged; no other one replaces it.</exception>
    public string Named(string checkpoint)
    {
        var path = Path.GetFullPath(Directory.Exists(Path.Combine(folder, checkpoint)) ? Path.Combine(folder, checkpoint) : checkpoint);
        var problem = !Directory.Exists(path) ? "there is no such folder" : StepOf(path) is not { } step ? $"its name is not {Prefix}NUMBER"
            : CheckpointManifest.ProblemOf(path, step, TrainingCheckpoint.Files);
        if (problem is not null)
        {
            throw new ExperimentException(
                FailureKind.Checkpoint,
                $"The checkpoint '{checkpoint}' cannot be used: {problem}; "
                + $"{(All().Any() ? $"the run has {string.Join(", ", All().Select(Path.GetFileName))}" : $"there is none in {folder}")}.");
        }

        return path;
    }

    /// <summary>Renames checkpoints of later steps to <c>*.superseded</c> when a run resumes from an earlier one.</summary>
    public void SupersedeNewerThan(string checkpoint)
    {
        foreach (var newer in All().Where(other => StepOf(other) > StepOf(checkpoint)))
        {
            SetAside(newer, "superseded");
        }
    }

    private void Write(string aside, long step, IReadOnlyList<(string Name, long Length, Action<Stream> Write)> contents)
    {
        var (needed, free) = (contents.Sum(file => file.Length), disk.FreeBytes(folder));
        if (free < needed)
        {
            throw new IOException($"it needs {Megabytes(needed)}, and {Megabytes(free)} are free");
        }

        disk.Delete(aside);
        disk.CreateFolder(aside);
        var files = contents.ToDictionary(file => file.Name, file => Write(Path.Combine(aside, file.Name), file.Length, file.Write));
        var manifest = new CheckpointManifest { Step = step, Files = files }.ToBytes();
        Write(Path.Combine(aside, CheckpointManifest.FileName), manifest.Length, stream => stream.Write(manifest));
        disk.SyncFolder(aside);
    }

    private CheckpointFile Write(string path, long length, Action<Stream> write)
    {
        using var stream = disk.Create(path, length);
        using var hashed = new HashedStream(stream);
        write(hashed);
        disk.Sync(stream);
        return new CheckpointFile(hashed.Length, hashed.Hash);
    }

    /// <summary>All checkpoints, newest first.</summary>
    private IEnumerable<string> All() => Directory.Exists(folder)
        ? Directory.GetDirectories(folder, Prefix + "*").Where(path => StepOf(path) is not null).OrderByDescending(StepOf)
        : [];

    private bool IsSound(string checkpoint)
    {
        if (CheckpointManifest.ProblemOf(checkpoint, StepOf(checkpoint)!.Value, TrainingCheckpoint.Files) is not { } problem)
        {
            return true;
        }

        SetAside(checkpoint, "corrupt");
        warn($"The checkpoint {checkpoint} is damaged ({problem}); it is set aside as {Path.GetFileName(checkpoint)}.corrupt.");
        return false;
    }

    private void SetAside(string checkpoint, string why)
    {
        try
        {
            var free = Enumerable.Range(1, int.MaxValue).Select(n => $"{checkpoint}.{why}{(n == 1 ? "" : $"-{n}")}")
                .First(path => !Path.Exists(path));
            disk.Move(checkpoint, free);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ExperimentException(FailureKind.Storage, $"The checkpoint {checkpoint} could not be renamed: {e.Message}", e);
        }
    }

    private void Prune()
    {
        var best = All().MaxBy(ScoreOf); // without scores, the newest
        foreach (var checkpoint in All().Skip(Kept).Where(path => path != best).ToList())
        {
            var unfinished = Path.Combine(folder, $"{Unfinished}{Path.GetFileName(checkpoint)}-old"); // not damaged if half deleted
            DeleteIfPossible(checkpoint, unfinished);
        }
    }

    private void DeleteIfPossible(string path, string? under = null)
    {
        try
        {
            if (under is not null)
            {
                disk.Move(path, under);
            }

            disk.Delete(under ?? path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It will be tried again: no checkpoint, or one more than needed.
        }
    }

    private static double ScoreOf(string checkpoint)
    {
        try
        {
            return TrainingCheckpoint.ReadState(checkpoint).Score ?? double.NegativeInfinity;
        }
        catch (ExperimentException)
        {
            return double.NegativeInfinity; // damaged since: reported when it is needed
        }
    }

    private static long? StepOf(string checkpoint)
    {
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(checkpoint));
        return name.StartsWith(Prefix, StringComparison.Ordinal)
            && long.TryParse(name.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step : null;
    }

    private static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:N1} MB");
}
