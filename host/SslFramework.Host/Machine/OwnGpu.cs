using SslFramework.Engine.Distributed;

namespace SslFramework.Host.Machine;

/// <summary>Gives each process of a machine a GPU of its own: the only one that it sees, so that it is the first.</summary>
internal static class OwnGpu
{
    private const string Visible = "CUDA_VISIBLE_DEVICES";

    /// <summary>Before the first call of libtorch, which cannot choose later.</summary>
    /// <param name="localRank">This process's number on its machine.</param>
    /// <returns>Whether there is a driver, and a GPU left for this process among those that it may see.</returns>
    public static bool Take(int localRank)
    {
        if (!File.Exists(NativeLibraries.NvidiaDriver))
        {
            return false;
        }

        // A launcher may have given each process one already.
        const StringSplitOptions Plain = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        var seen = Environment.GetEnvironmentVariable(Visible)?.Split(',', Plain);
        if (seen is { Length: 1 })
        {
            return true;
        }

        if (seen is not null && localRank >= seen.Length)
        {
            return false;
        }

        return NativeEnvironment.Set(Visible, seen is null ? $"{localRank}" : seen[localRank], overwrite: true);
    }
}
