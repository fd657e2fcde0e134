using System.Globalization;
using System.Text.Json;
using SslFramework.Core.Optimization;

namespace SslFramework.Core.Checkpoints;

/// <summary>Everything from which training goes on: the objective, the optimizer and the step. One folder each.</summary>
/// <remarks>
/// Nothing else is needed: order of images, augmentation, masks and dropout are functions of (seed, step, sample).
/// </remarks>
public static class TrainingCheckpoint
{
    private const string Prefix = "step-";

    /// <summary>Writes a checkpoint under a temporary name and renames it when it is whole.</summary>
    /// <param name="folder">The folder of all checkpoints of the run.</param>
    /// <param name="step">Optimizer steps done.</param>
    /// <param name="objective">Its parameters and buffers are saved.</param>
    /// <param name="optimizer">Its state is saved.</param>
    /// <returns>The checkpoint's folder.</returns>
    /// <exception cref="ExperimentException">Writing failed (<see cref="ExitCode.Storage"/>).</exception>
    public static string Save(string folder, long step, IPretextObjective objective, IOptimizer optimizer)
    {
        var target = Path.Combine(folder, Prefix + step.ToString("D9", CultureInfo.InvariantCulture));
        var temporary = target + ".tmp";
        try
        {
            if (Directory.Exists(temporary))
            {
                Directory.Delete(temporary, recursive: true);
            }

            Directory.CreateDirectory(temporary);
            SafeTensors.Write(Path.Combine(temporary, "objective.safetensors"), StateDict.Of(objective.Module));
            SafeTensors.Write(Path.Combine(temporary, "optimizer.safetensors"), optimizer.State);
            Durable.Write(Path.Combine(temporary, "state.json"), stream => JsonSerializer.Serialize(stream, new State(1, step)));
            if (Directory.Exists(target))
            {
                Directory.Delete(target, recursive: true);
            }

            Durable.MoveFolder(temporary, target);
            return target;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ExperimentException(ExitCode.Storage, $"The checkpoint {target} could not be written: {e.Message}", e);
        }
    }

    /// <summary>The newest checkpoint of a run, or null.</summary>
    public static string? Newest(string folder) => All(folder).LastOrDefault();

    /// <summary>Deletes all but the newest <paramref name="keep"/> checkpoints.</summary>
    public static void Prune(string folder, int keep)
    {
        foreach (var old in All(folder).SkipLast(keep))
        {
            Directory.Delete(old, recursive: true);
        }
    }

    /// <summary>Puts a checkpoint into an objective and its optimizer, built as in the run that wrote it.</summary>
    /// <returns>Optimizer steps done.</returns>
    /// <exception cref="ExperimentException">It is damaged, or of another model.</exception>
    public static long Restore(string checkpoint, IPretextObjective objective, IOptimizer optimizer)
    {
        var step = ReadState(checkpoint).Step;
        using var scope = NewDisposeScope();
        StateDict.Load(objective.Module, SafeTensors.Read(Path.Combine(checkpoint, "objective.safetensors")).Tensors);
        optimizer.LoadState(SafeTensors.Read(Path.Combine(checkpoint, "optimizer.safetensors")).Tensors);
        return step;
    }

    /// <summary>Optimizer steps done when a checkpoint was written.</summary>
    /// <exception cref="ExperimentException">It is damaged.</exception>
    public static long StepOf(string checkpoint) => ReadState(checkpoint).Step;

    private static IEnumerable<string> All(string folder) => Directory.Exists(folder)
        ? Directory.GetDirectories(folder, Prefix + "*").Where(f => !f.EndsWith(".tmp", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
        : [];

    private static State ReadState(string checkpoint)
    {
        try
        {
            return JsonSerializer.Deserialize<State>(File.ReadAllBytes(Path.Combine(checkpoint, "state.json")))!;
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            throw new ExperimentException(ExitCode.Checkpoint, $"The checkpoint {checkpoint} is damaged ({e.Message}); delete it to go on from the one before.", e);
        }
    }

    private sealed record State(int Format, long Step);
}
