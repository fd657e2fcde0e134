using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SslFramework.Core.Storage;

/// <summary>
/// Files that exist either in full or not at all, even when power fails: written under another name, synced, then renamed.
/// </summary>
internal static class DurableFile
{
    private const int MostOfMachine = 32;

    private static readonly string Machine = string.Concat(
        Environment.MachineName.Where(c => char.IsAsciiLetterOrDigit(c) || c == '.').Take(MostOfMachine));

    /// <summary>Writes a file, replacing an older one.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="write">Writes the content; the stream is closed afterwards.</param>
    /// <param name="length">Bytes that will be written, if known: a full disk then fails before anything is written.</param>
    /// <param name="disk">The file system; null takes the real disk.</param>
    /// <exception cref="ExperimentException">Writing failed; an older file is still there, unchanged.</exception>
    public static void Write(string path, Action<Stream> write, long length = 0, IDisk? disk = null)
    {
        disk ??= Disk.Instance;
        var temporary = TemporaryPath(path);
        try
        {
            using (var stream = disk.Create(temporary, length))
            {
                write(stream);
                disk.Sync(stream);
            }

            disk.Move(temporary, path);
            disk.SyncFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch (Exception error)
        {
            DeleteIfPossible(temporary, disk);
            if (error is IOException or UnauthorizedAccessException)
            {
                throw new ExperimentException(FailureKind.Storage, Sentence(path, temporary, error), error);
            }

            throw;
        }
    }

    /// <summary>Writes a text as UTF-8, in place of an older file if there is one.</summary>
    /// <exception cref="ExperimentException">Writing failed; an older file is still there, untouched.</exception>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>Fails now if <see cref="Write"/> would fail later, after the work whose result it is to write.</summary>
    /// <param name="path">The file; an existing one is not changed.</param>
    /// <exception cref="ExperimentException">There is no such folder, or it cannot be written.</exception>
    public static void Check(string path)
    {
        var temporary = TemporaryPath(path);
        try
        {
            if (Directory.Exists(path))
            {
                throw new IOException("it is a folder");
            }

            Disk.Instance.Create(temporary, 0).Dispose();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ExperimentException(FailureKind.Storage, Sentence(path, temporary, error), error);
        }

        DeleteIfPossible(temporary, Disk.Instance);
    }

    /// <summary>
    /// Deletes unfinished files that killed writers left beside a file: those of this machine's ended processes that
    /// nobody holds open. Nothing is known about other machines or containers on a shared disk.
    /// </summary>
    /// <param name="path">The file, which is not changed itself.</param>
    public static void DeleteLeftovers(string path)
    {
        var full = Path.GetFullPath(path);
        var own = $"{Path.GetFileName(full)}.tmp-{Machine}-";
        var temporaries = Directory.EnumerateFiles(Path.GetDirectoryName(full)!)
            .Where(file => Path.GetFileName(file).StartsWith(own, StringComparison.Ordinal));
        foreach (var temporary in temporaries)
        {
            if (Path.GetFileName(temporary)[own.Length..].Split('-') is [var number, _]
                && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var process)
                && !IsRunning(process)
                && !IsHeld(temporary))
            {
                DeleteIfPossible(temporary, Disk.Instance);
            }
        }
    }

    /// <summary>
    /// The name of an unfinished file. It names the writer and is unique, even on a disk that machines and containers share.
    /// </summary>
    private static string TemporaryPath(string path) =>
        $"{path}.tmp-{Machine}-{Environment.ProcessId}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";

    private static string Sentence(string path, string temporary, Exception error)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path));
        var reason = error.Message.Replace(Path.GetFullPath(temporary), path, StringComparison.Ordinal).TrimEnd('.');
        return Directory.Exists(path) ? $"'{path}' could not be written: it is a folder; name a file in it."
            : File.Exists(folder) ? $"'{path}' could not be written: '{folder}' is a file; name a folder."
            : !Directory.Exists(folder) ? $"'{path}' could not be written: there is no folder '{folder}'; make it first."
            : $"'{path}' could not be written ({reason}); check free space and permissions.";
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

    /// <summary>Whether its writer still has it open, whichever container that runs in.</summary>
    private static bool IsHeld(string file)
    {
        try
        {
            new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None).Dispose();
            return false;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return true;
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
            // The error to report is the one that made writing fail.
        }
    }
}
