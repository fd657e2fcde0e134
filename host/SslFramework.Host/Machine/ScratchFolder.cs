namespace SslFramework.Host.Machine;

/// <summary>A folder that is there for a while.</summary>
internal static class ScratchFolder
{
    /// <summary>Makes one where the system keeps such, readable to this user alone.</summary>
    /// <param name="prefix">What its name begins with.</param>
    /// <returns>Its path; the caller deletes it.</returns>
    /// <exception cref="ExperimentException">There is no place for it.</exception>
    public static string Make(string prefix)
    {
        try
        {
            return Directory.CreateTempSubdirectory(prefix).FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var place = Path.GetTempPath();
            throw new ExperimentException(
                FailureKind.Storage,
                $"No temporary folder can be made in '{place}' "
                + $"({(Directory.Exists(place) ? e.Message.TrimEnd('.') : "there is no such folder")}); "
                + $"name another place in the environment variable {(OperatingSystem.IsWindows() ? "TMP" : "TMPDIR")}.",
                e);
        }
    }
}
