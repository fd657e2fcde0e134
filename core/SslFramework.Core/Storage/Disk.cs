using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SslFramework.Core.Storage;

/// <summary>The real disk. .NET swallows a failing fsync and syncs no folders, so fsync is called directly.</summary>
internal sealed partial class Disk : IDisk
{
    private const int Interrupted = 4; // EINTR
    private const int Invalid = 22; // EINVAL

    private Disk()
    {
    }

    /// <summary>The only instance.</summary>
    public static Disk Instance { get; } = new();

    /// <inheritdoc/>
    public long FreeBytes(string folder) => new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace;

    /// <inheritdoc/>
    public void CreateFolder(string path) => Directory.CreateDirectory(path);

    /// <inheritdoc/>
    public Stream Create(string path, long length) => new FileStream(
        path,
        new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, PreallocationSize = length });

    /// <inheritdoc/>
    public void Sync(Stream stream)
    {
        var file = (FileStream)stream;
        file.Flush();
        if (OperatingSystem.IsWindows())
        {
#pragma warning disable RS0030 // Windows has no fsync; this calls FlushFileBuffers.
            file.Flush(flushToDisk: true);
#pragma warning restore RS0030
        }
        else
        {
            Sync(file.SafeFileHandle, file.Name, ignore: 0);
        }
    }

    /// <inheritdoc/>
    public void SyncFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return; // NTFS journals names by itself.
        }

        // .NET opens no folders.
        using var handle = new SafeFileHandle(Open(path, 0), ownsHandle: true);
        if (handle.IsInvalid)
        {
            throw Error(path, Marshal.GetLastPInvokeError());
        }

        Sync(handle, path, ignore: Invalid); // some network file systems sync no folders
    }

    /// <inheritdoc/>
    public void Move(string source, string destination)
    {
        if (Directory.Exists(source))
        {
            Directory.Move(source, destination);
        }
        else
        {
            File.Move(source, destination, overwrite: true);
        }
    }

    /// <inheritdoc/>
    public void Delete(string path)
    {
        if (new DirectoryInfo(path) is { Exists: true, LinkTarget: null })
        {
            Directory.Delete(path, recursive: true);
        }
        else
        {
            File.Delete(path);
        }
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

    private static IOException Error(string path, int error) =>
        new($"{path}: {Marshal.GetPInvokeErrorMessage(error)} (error {error})");

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FileSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Open(string path, int flags);
}
