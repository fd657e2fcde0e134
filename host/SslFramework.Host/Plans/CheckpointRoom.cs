using System.Globalization;
using SslFramework.Core.Storage;
using SslFramework.Core.Tensors;
using SslFramework.Host.Experiments;

namespace SslFramework.Host.Plans;

/// <summary>Whether the disk of a run has room for its next checkpoint: better known before the first step than after an epoch.</summary>
internal static class CheckpointRoom
{
    /// <summary>
    /// Bytes that a checkpoint takes at least: the objective's weights. The optimizer's numbers come with the first step.
    /// </summary>
    public static long Least(ExperimentParts parts) =>
        StateDict.Of(parts.Objective.Module).Values.Sum(tensor => tensor.numel() * tensor.element_size());

    /// <summary>Bytes of a checkpoint: the next one will have as many.</summary>
    public static long Of(string checkpoint) => new DirectoryInfo(checkpoint).EnumerateFiles().Sum(file => file.Length);

    /// <exception cref="ExperimentException">There is not enough room.</exception>
    public static void Ensure(string folder, long needed)
    {
        if (Shortage(folder, needed) is { } shortage)
        {
            throw new ExperimentException(FailureKind.Storage, $"{shortage}; free some space, or name another folder with --runs.");
        }
    }

    /// <summary>What is wrong with the room of a folder, which need not be there yet; null where there is enough.</summary>
    public static string? Shortage(string folder, long needed)
    {
        var existing = Path.GetFullPath(folder);
        while (!Directory.Exists(existing))
        {
            existing = Path.GetDirectoryName(existing)!;
        }

        return Free(existing) is { } free && free < needed ? string.Create(
            CultureInfo.InvariantCulture, $"A checkpoint of this run takes at least {needed / 1e6:N1} MB, "
                + $"and {free / 1e6:N1} MB are free for {folder}") : null;
    }

    private static long? Free(string folder)
    {
        try
        {
            return Disk.Instance.FreeBytes(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // a file system that does not tell; saving will
        }
    }
}
