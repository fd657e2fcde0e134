namespace SslFramework.Engine.Data.Files;

/// <summary>Opens data files, whose reads are retried; any failure becomes one sentence that names the file.</summary>
internal static class DataFile
{
    /// <summary>Opens a file to read it.</summary>
    /// <exception cref="ExperimentException">It is missing or cannot be read.</exception>
    public static RetriedStream Open(string path) => Open(path, ReadRetry.Patient);

    /// <inheritdoc cref="Open(string)"/>
    public static RetriedStream Open(string path, ReadRetry retry)
    {
        try
        {
            return retry.Read(
                $"The data file '{path}'",
                (Path: path, Retry: retry),
                static file => new RetriedStream(
                    new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16), file.Retry));
        }
        catch (ExperimentException e) when (e.InnerException is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ExperimentException(
                FailureKind.Data, $"The data file '{path}' does not exist; correct its path, or put the file there.", e);
        }
        catch (ExperimentException e) when (e.InnerException is UnauthorizedAccessException denied)
        {
            throw new ExperimentException(FailureKind.Data, $"The data file '{path}' cannot be read: {denied.Message}", e);
        }
    }
}
