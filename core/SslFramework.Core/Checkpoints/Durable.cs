using System.Diagnostics;
using System.Globalization;

namespace SslFramework.Core.Checkpoints;

/// <summary>Files that are either there in full or not at all, even when power fails: written aside, synced, then renamed.</summary>
public static class Durable
{
    /// <summary>Writes a file, in place of an older one if there is one.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="write">Writes the content; the stream is closed afterwards.</param>
    /// <param name="length">Bytes that will be written, if known: a full disk then fails before anything is written.</param>
    /// <param name="disk">Where to; the real disk where absent.</param>
    /// <exception cref="ExperimentException">Writing failed; an older file is still there, untouched.</exception>
    public static void Write(string path, Action<Stream> write, long length = 0, IDisk? disk = null)
    {
        disk ??= Disk.Instance;
        var aside = $"{path}.tmp-{Environment.ProcessId}";
        try
        {
            using (var stream = disk.Create(aside, length))
            {
                write(stream);
                disk.Sync(stream);
            }

            disk.Move(aside, path);
            disk.SyncFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch (Exception error)
        {
            DeleteIfPossible(aside, disk);
            if (error is IOException or UnauthorizedAccessException)
            {
                throw new ExperimentException(
                    ExitCode.Storage, $"'{path}' could not be written ({error.Message}); check free space and permissions.", error);
            }

            throw;
        }
    }

    /// <summary>Deletes what writers of a file that were killed have left beside it, once they are no more on this machine.</summary>
    /// <param name="path">The file; it stays as it is.</param>
    public static void DeleteLeftovers(string path)
    {
        var full = Path.GetFullPath(path);
        foreach (var aside in Directory.EnumerateFiles(Path.GetDirectoryName(full)!, Path.GetFileName(full) + ".tmp-*"))
        {
            if (int.TryParse(aside.AsSpan(full.Length + 5), NumberStyles.None, CultureInfo.InvariantCulture, out var process) && !IsRunning(process))
            {
                DeleteIfPossible(aside, Disk.Instance);
            }
        }
    }

    private static bool IsRunning(int process)
    {
        try
        {
            Process.GetProcessById(process).Dispose();
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static void DeleteIfPossible(string path, IDisk disk)
    {
        try
        {
            disk.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // What made writing fail is the error to report.
        }
    }
}
