using System.Runtime.InteropServices;

namespace SslFramework.Host.Machine;

/// <summary>
/// Ends the process at once. Environment.Exit runs handlers and destructors of native libraries first, and one that hangs, or that
/// another thread is in the middle of, would hold it up or crash it.
/// </summary>
internal static partial class ImmediateExit
{
    public static void With(ExitCode code)
    {
        if (OperatingSystem.IsWindows())
        {
            TerminateProcess(GetCurrentProcess(), (uint)code);
        }
        else
        {
            Exit((int)code);
        }
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void Exit(int code);

    [LibraryImport("kernel32")]
    private static partial nint GetCurrentProcess();

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool TerminateProcess(nint process, uint code);
}
