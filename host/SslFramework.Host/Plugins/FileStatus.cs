using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace SslFramework.Host.Plugins;

/// <summary>
/// What the file system says of a path. On Linux by the system's own call, because .NET tells neither an owner nor a pipe from
/// a file; elsewhere what .NET tells.
/// </summary>
/// <param name="Permissions">Who may do what.</param>
/// <param name="Owner">The number of the user that it belongs to; null if the system was not asked.</param>
/// <param name="IsSpecial">True for a pipe, a socket or a device.</param>
[UnsupportedOSPlatform("windows")]
internal readonly partial record struct FileStatus(UnixFileMode Permissions, uint? Owner, bool IsSpecial)
{
    private const int CurrentFolder = -100; // AT_FDCWD
    private const uint TypeModeAndOwner = 1 | 2 | 8; // STATX_TYPE, STATX_MODE, STATX_UID
    private const int KindMask = 0xF000;
    private const int Folder = 0x4000;
    private const int RegularFile = 0x8000;

    /// <summary>The number of the user whose rights this process has.</summary>
    public static uint CurrentUser => EffectiveUser();

    /// <summary>Looks at a path, behind a link if it is one; null if nothing is there that can be looked at.</summary>
    public static FileStatus? Of(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return Path.Exists(path) ? new(File.GetUnixFileMode(path), null, false) : null;
        }

        return Look(CurrentFolder, path, 0, TypeModeAndOwner, out var status) == 0
            ? new((UnixFileMode)(status.Mode & ~KindMask), status.Owner, (status.Mode & KindMask) is not (Folder or RegularFile))
            : null;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Look(int folder, string path, int flags, uint mask, out LinuxStatus status);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();

    /// <summary>The beginning of the kernel's <c>struct statx</c>, which is the same on every processor.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 256)]
    private struct LinuxStatus
    {
        public uint Mask;
        public uint BlockSize;
        public ulong Attributes;
        public uint Links;
        public uint Owner;
        public uint Group;
        public ushort Mode;
    }
}
