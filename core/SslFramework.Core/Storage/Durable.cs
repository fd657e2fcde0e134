using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SslFramework.Core.Storage;

/// <summary>Files that are either there in full or not at all, even when power fails: written aside, synced, then renamed.</summary>
internal static class Durable
{
    private const int MostOfMachine = 32;

    private static readonly string Machine = string.Concat(Environment.MachineName.Where(c => char.IsAsciiLetterOrDigit(c) || c == '.').Take(MostOfMachine));

    /// <summary>Writes a file, in place of an older one if there is one.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="write">Writes the content; the stream is closed afterwards.</param>
    /// <param name="length">Bytes that will be written, if known: a full disk then fails before anything is written.</param>
    /// <param name="disk">Where to; the real disk where absent.</param>
    /// <exception cref="ExperimentException">Writing failed; an older file is still there, untouched.</exception>
    public static void Write(string path, Action<Stream> write, long length = 0, IDisk? disk = null)
    {
        disk ??= Disk.Instance;
        var aside = Aside(path);
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
                throw new ExperimentException(FailureKind.Storage, Sentence(path, aside, error), error);
            }

            throw;
        }
    }

    /// <summary>Writes a text as UTF-8, in place of an older file if there is one.</summary>
    /// <exception cref="ExperimentException">Writing failed; an older file is still there, untouched.</exception>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>Fails now where <see cref="Write"/> would fail after the work whose result it is to write.</summary>
    /// <param name="path">The file; one that is there stays as it is.</param>
    /// <exception cref="ExperimentException">There is no such folder, or it cannot be written.</exception>
    public static void Check(string path)
    {
        var aside = Aside(path);
        try
        {
            if (Directory.Exists(path))
            {
                throw new IOException("it is a folder");
            }

            Disk.Instance.Create(aside, 0).Dispose();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ExperimentException(FailureKind.Storage, Sentence(path, aside, error), error);
        }

        DeleteIfPossible(aside, Disk.Instance);
    }

    /// <summary>
    /// Deletes what writers of a file that were killed have left beside it: those of this machine that are no more, and whose file
    /// nobody holds open. Of another machine or container, on a disk that is shared, nothing is known.
    /// </summary>
    /// <param name="path">The file; it stays as it is.</param>
    public static void DeleteLeftovers(string path)
    {
        var full = Path.GetFullPath(path);
        var own = $"{Path.GetFileName(full)}.tmp-{Machine}-";
        foreach (var aside in Directory.EnumerateFiles(Path.GetDirectoryName(full)!).Where(file => Path.GetFileName(file).StartsWith(own, StringComparison.Ordinal)))
        {
            if (Path.GetFileName(aside)[own.Length..].Split('-') is [var number, _]
                && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var process)
                && !IsRunning(process)
                && !IsHeld(aside))
            {
                DeleteIfPossible(aside, Disk.Instance);
            }
        }
    }

    /// <summary>In the name of what is unfinished: whose it is, and what no other process has, on a disk that machines and containers share.</summary>
    private static string Aside(string path) => $"{path}.tmp-{Machine}-{Environment.ProcessId}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";

    private static string Sentence(string path, string aside, Exception error)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path));
        return Directory.Exists(path) ? $"'{path}' could not be written: it is a folder; name a file in it."
            : File.Exists(folder) ? $"'{path}' could not be written: '{folder}' is a file; name a folder."
            : !Directory.Exists(folder) ? $"'{path}' could not be written: there is no folder '{folder}'; make it first."
            : $"'{path}' could not be written ({error.Message.Replace(Path.GetFullPath(aside), path, StringComparison.Ordinal).TrimEnd('.')}); check free space and permissions.";
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

    /// <summary>Its writer has it for itself, in whichever container that runs.</summary>
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
            // What made writing fail is the error to report.
        }
    }
}
