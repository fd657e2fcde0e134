namespace SslFramework.Host.Terminal;

/// <summary>Folders that a command line names to write into.</summary>
internal static class OutputFolder
{
    /// <summary>Makes a folder, if it is not there.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="option">What named it, as in <c>--output</c>.</param>
    /// <exception cref="ExperimentException">It is a file, or lies in one, or cannot be made.</exception>
    public static string Make(string path, string option)
    {
        try
        {
            return Directory.CreateDirectory(path).FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            for (var part = Path.GetFullPath(path); part is not null; part = Path.GetDirectoryName(part))
            {
                if (File.Exists(part))
                {
                    throw new ExperimentException(
                        FailureKind.Usage,
                        $"'{path}' cannot be a folder, because '{part}' is a file; name another folder with {option}.", e);
                }
            }

            throw new ExperimentException(
                FailureKind.Storage, $"The folder '{path}' cannot be made ({e.Message.TrimEnd('.')}); name another one with {option}.", e);
        }
    }

    /// <summary>Refuses to write over what is there.</summary>
    /// <exception cref="ExperimentException">One of the files exists.</exception>
    public static void EnsureNew(bool force, string what, params string[] files)
    {
        if (!force && files.FirstOrDefault(File.Exists) is { } taken)
        {
            throw new ExperimentException(FailureKind.Usage, $"'{taken}' exists; --force puts {what} in its place.");
        }
    }
}
