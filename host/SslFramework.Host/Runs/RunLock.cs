using SslFramework.Host.Configuration;

namespace SslFramework.Host.Runs;

/// <summary>
/// The lock of a run's folder: one process works in it, and a kill releases it. Its file stays when it is released: where it was deleted,
/// one process could hold the file that is no more, and another one a new file of its name.
/// </summary>
internal sealed class RunLock : IDisposable
{
    /// <summary>Its name in the folder.</summary>
    public const string FileName = RunFiles.Lock;

    private const string Deleted = " (deleted)"; // as Linux has it
    private static readonly int[] InUse = [11, 35, unchecked((int)0x80070020)]; // EAGAIN of Linux and macOS, ERROR_SHARING_VIOLATION
    private readonly FileStream held;

    private RunLock(FileStream held, bool isSafe) => (this.held, IsSafe) = (held, isSafe);

    /// <summary>Whether another process is kept out: some network file systems know no locks, and .NET can be told to take none.</summary>
    public bool IsSafe { get; }

    /// <summary>Takes the lock of a folder that is there; null where another process has it.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static RunLock? TryTake(string folder)
    {
        var file = Path.Combine(folder, FileName);
        while (true)
        {
            if (TryOpen(file) is not { } held)
            {
                return null;
            }

            if (!IsDeleted(held))
            {
                using var second = TryOpen(file);
                return new RunLock(held, isSafe: second is null);
            }

            held.Dispose(); // somebody tidied up meanwhile
        }
    }

    /// <inheritdoc/>
    public void Dispose() => held.Dispose();

    private static FileStream? TryOpen(string file)
    {
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
        }
        catch (IOException e) when (IsInUse(e) || (e is not (DirectoryNotFoundException or FileNotFoundException) && File.Exists(file)))
        {
            return null;
        }
    }

    /// <summary>Its holder may have deleted the file since.</summary>
    private static bool IsInUse(IOException e) => InUse.Contains(e.HResult);

    private static bool IsDeleted(FileStream file) => OperatingSystem.IsLinux()
        && new FileInfo($"/proc/self/fd/{file.SafeFileHandle.DangerousGetHandle()}").LinkTarget is { } target
        && target.EndsWith(Deleted, StringComparison.Ordinal);
}
