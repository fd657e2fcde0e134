using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SslFramework.Core.Checkpoints;

/// <summary>Files that are either there in full or not at all, even when power fails: written aside, synced, then renamed.</summary>
public static partial class Durable
{
    private const int Interrupted = 4; // EINTR
    private const int Invalid = 22; // EINVAL

    /// <summary>Writes a file, in place of an older one if there is one.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="write">Writes the content; the stream is closed afterwards.</param>
    /// <param name="length">Bytes that will be written, if known: a full disk then fails before anything is written.</param>
    /// <exception cref="ExperimentException">Writing failed; an older file is still there, untouched.</exception>
    public static void Write(string path, Action<Stream> write, long length = 0)
    {
        var aside = $"{path}.tmp-{Environment.ProcessId}";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, PreallocationSize = length };
            using (var stream = new FileStream(aside, options))
            {
                write(stream);
                Sync(stream);
            }

            File.Move(aside, path, overwrite: true);
            SyncFolder(FolderOf(path));
        }
        catch (Exception error)
        {
            DeleteIfPossible(aside);
            if (error is IOException or UnauthorizedAccessException)
            {
                throw Failed(path, error);
            }

            throw;
        }
    }

    /// <summary>Renames a finished folder, whose files were written by <see cref="Write"/>. Nothing may be at the destination.</summary>
    /// <exception cref="ExperimentException">Renaming failed.</exception>
    public static void MoveFolder(string source, string destination)
    {
        try
        {
            SyncFolder(source);
            Directory.Move(source, destination);
            SyncFolder(FolderOf(destination));
            if (FolderOf(source) != FolderOf(destination))
            {
                SyncFolder(FolderOf(source));
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Failed(destination, error);
        }
    }

    /// <summary>Waits until all that was written to a stream is on the disk.</summary>
    /// <exception cref="IOException">The disk reports an error.</exception>
    public static void Sync(FileStream stream)
    {
        stream.Flush();
        if (OperatingSystem.IsWindows())
        {
#pragma warning disable RS0030 // Windows has no fsync; this calls FlushFileBuffers.
            stream.Flush(flushToDisk: true);
#pragma warning restore RS0030
        }
        else
        {
            Sync(stream.SafeFileHandle, stream.Name, ignore: 0);
        }
    }

    /// <summary>Makes the names in a folder durable: a rename is only safe once its folder is.</summary>
    private static void SyncFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return; // NTFS journals names by itself.
        }

        // .NET opens no folders.
        using var handle = new SafeFileHandle(Open(folder, 0), ownsHandle: true);
        if (handle.IsInvalid)
        {
            throw Error(folder, Marshal.GetLastPInvokeError());
        }

        Sync(handle, folder, ignore: Invalid); // some network file systems sync no folders
    }

    private static void Sync(SafeFileHandle handle, string path, int ignore)
    {
        while (FileSync(handle) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error == ignore)
            {
                return;
            }

            if (error != Interrupted)
            {
                throw Error(path, error);
            }
        }
    }

    private static string FolderOf(string path) =>
        Path.GetDirectoryName(Path.GetFullPath(Path.TrimEndingDirectorySeparator(path)))!;

    private static IOException Error(string path, int error) =>
        new($"{path}: {Marshal.GetPInvokeErrorMessage(error)} (error {error})");

    private static ExperimentException Failed(string path, Exception error) => new(
        ExitCode.Storage, $"'{path}' could not be written ({error.Message}); check free space and permissions.", error);

    private static void DeleteIfPossible(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // What made writing fail is the error to report.
        }
    }

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FileSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Open(string path, int flags);
}
