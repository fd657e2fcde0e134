using System.Diagnostics;
using System.Text.Json;
using SslFramework.Core.Storage;
using SslFramework.Host.Configuration;

namespace SslFramework.Host.Runs;

/// <summary>
/// A file of JSON lines. A full disk does not stop the run: lines wait in memory until there is space, the oldest of
/// very many are dropped, and half a line is never left in the file.
/// </summary>
/// <param name="file">Open for writing.</param>
/// <param name="warn">Told, at most once a minute, that lines wait.</param>
internal sealed class RunLog(Stream file, Action<string> warn) : IDisposable
{
    private const int MostWaiting = 10_000;
    private static readonly TimeSpan WarningInterval = TimeSpan.FromMinutes(1);

    private readonly Queue<byte[]> waiting = [];
    private long warned;

    /// <summary>Opens a log to go on with.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static RunLog Open(string path, Action<string> warn) =>
        new(new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0), warn);

    /// <summary>Bytes of whole lines.</summary>
    public long Length { get; private set; } = file.Length;

    /// <summary>Appends a line, now or when there is space.</summary>
    public void Add<T>(T line)
    {
        waiting.Enqueue([.. JsonSerializer.SerializeToUtf8Bytes(line, Json.Line), (byte)'\n']);
        if (waiting.Count > MostWaiting)
        {
            waiting.Dequeue();
        }

        Try(() =>
        {
            while (waiting.TryPeek(out var next))
            {
                file.Position = Length; // over half a line, where the last try left one
                file.Write(next);
                Length += next.Length;
                waiting.Dequeue();
            }
        });
    }

    /// <summary>Forgets what came after: those steps will be taken again. Lines that a crash of the machine took stay lost.</summary>
    /// <exception cref="IOException">The file cannot be cut.</exception>
    public void RewindTo(long length)
    {
        waiting.Clear();
        if (file.Length < length)
        {
            warn($"{(file as FileStream)?.Name} lacks {length - file.Length} bytes that the checkpoint counts on; some lines are lost.");
        }

        Length = Math.Min(file.Length, length);
        file.SetLength(Length);
    }

    /// <summary>Waits until the lines are on the disk, so that no checkpoint counts on more than there is.</summary>
    public void Sync() => Try(() => Disk.Instance.Sync(file));

    public void Dispose()
    {
        Try(() => file.SetLength(Length));
        file.Dispose();
    }

    private void Try(Action work)
    {
        try
        {
            work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (warned == 0 || Stopwatch.GetElapsedTime(warned) > WarningInterval)
            {
                warned = Stopwatch.GetTimestamp();
                warn($"A log cannot be written ({e.Message}); {waiting.Count} lines wait in memory, and training goes on.");
            }
        }
    }
}
