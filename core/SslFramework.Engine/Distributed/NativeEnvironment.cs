using System.Runtime.InteropServices;

namespace SslFramework.Engine.Distributed;

/// <summary>Environment variables as native libraries see them, which .NET's own SetEnvironmentVariable does not change. Linux and macOS.</summary>
internal static partial class NativeEnvironment
{
    /// <summary>Sets a variable of this process.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value.</param>
    /// <param name="overwrite">Whether to set it where it is set already.</param>
    /// <returns>Whether that worked.</returns>
    public static bool Set(string name, string value, bool overwrite) => SetVariable(name, value, overwrite ? 1 : 0) == 0;

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
