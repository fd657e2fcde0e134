using System.Runtime.InteropServices;

namespace SslFramework.Engine.Data.Files;

/// <summary>What the system knows about a file beyond what .NET offers.</summary>
internal static partial class FileState
{
    private const int Forbidden = 13; // EACCES
    private const int ReadRight = 4; // R_OK
    private const uint AskType = 1; // STATX_TYPE
    private const int StateLength = 256; // of struct statx
    private const int ModeAt = 28;
    private const int TypeMask = 0xF000;
    private const int RegularType = 0x8000;
    private const int FolderType = 0x4000;

    private static int CurrentFolder => OperatingSystem.IsMacOS() ? -2 : -100; // AT_FDCWD

    private static int AsEffectiveUser => OperatingSystem.IsMacOS() ? 0x10 : 0x200; // AT_EACCESS

    /// <summary>A file's length and times; for a link, those of its target.</summary>
    /// <exception cref="IOException">A link leads nowhere.</exception>
    public static FileInfo Followed(string path)
    {
        var file = new FileInfo(path);
        return file.Exists
            && (file.Attributes & FileAttributes.ReparsePoint) != 0
            && file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target
            ? target
            : file;
    }

    /// <summary>The kind of thing at a path; for a link, that of its target.</summary>
    public static unsafe PathKind KindOf(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return Directory.Exists(path) ? PathKind.Folder : File.Exists(path) ? PathKind.File : PathKind.Nothing;
        }

        var state = stackalloc byte[StateLength];
        return GetState(CurrentFolder, path, 0, AskType, state) != 0 ? PathKind.Nothing : (*(ushort*)(state + ModeAt) & TypeMask) switch
        {
            RegularType => PathKind.File,
            FolderType => PathKind.Folder,
            _ => PathKind.Special,
        };
    }

    /// <summary>Whether this user has the right to read it.</summary>
    public static bool MayRead(string path) =>
        OperatingSystem.IsWindows()
            || GetAccess(CurrentFolder, path, ReadRight, AsEffectiveUser) == 0
            || Marshal.GetLastPInvokeError() != Forbidden;

    /// <summary>The path with all links resolved.</summary>
    public static unsafe string TruePath(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return new DirectoryInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path;
        }

        var resolved = GetRealPath(path, 0);
        try
        {
            return Marshal.PtrToStringUTF8(resolved) ?? path;
        }
        finally
        {
            NativeMemory.Free((void*)resolved);
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static unsafe partial int GetState(int folder, string path, int flags, uint mask, byte* state);

    [LibraryImport("libc", EntryPoint = "faccessat", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetAccess(int folder, string path, int right, int flags);

    [LibraryImport("libc", EntryPoint = "realpath", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint GetRealPath(string path, nint room);
}

/// <summary>The kind of thing at a path.</summary>
internal enum PathKind
{
    /// <summary>There is nothing, or nothing that this user may see.</summary>
    Nothing,

    /// <summary>A regular file.</summary>
    File,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A pipe, a socket or a device: reading it may block forever or never end.</summary>
    Special,
}
