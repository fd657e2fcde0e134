using System.Runtime.InteropServices;

namespace SslFramework.Host.Runs;

/// <summary>Gives each process of a machine a GPU of its own: the only one that it sees, so that it is the first.</summary>
internal static partial class OwnGpu
{
    private const string Visible = "CUDA_VISIBLE_DEVICES";
    private const string Driver = "/proc/driver/nvidia/version";

    /// <summary>Before the first call of libtorch, which cannot choose later.</summary>
    /// <param name="localRank">This process's number on its machine.</param>
    /// <returns>Whether there is a driver, and a GPU left for this process among those that it may see.</returns>
    public static bool Take(int localRank)
    {
        if (!File.Exists(Driver))
        {
            return false;
        }

        // A launcher may have given each process one already.
        var seen = Environment.GetEnvironmentVariable(Visible)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (seen is { Length: 1 })
        {
            return true;
        }

        if (seen is not null && localRank >= seen.Length)
        {
            return false;
        }

        // .NET's own SetEnvironmentVariable does not reach native code.
        return SetEnvironmentVariable(Visible, seen is null ? $"{localRank}" : seen[localRank], overwrite: 1) == 0;
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironmentVariable(string name, string value, int overwrite);
}
