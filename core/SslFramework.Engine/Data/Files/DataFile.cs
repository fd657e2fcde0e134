namespace SslFramework.Engine.Data.Files;

/// <summary>Opens files of data; what goes wrong becomes one sentence that names the file.</summary>
internal static class DataFile
{
    public static FileStream Open(string path)
    {
        try
        {
            return ReadRetry.Patient.Read($"The data file '{path}'", path, static path => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16));
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
