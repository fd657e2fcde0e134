namespace SslFramework.Host.Terminal;

/// <summary>How far a long count is, on stderr: one live line, or a plain one now and then where that is piped. Thread-safe.</summary>
/// <param name="what">What is done with the images: <c>checked</c>.</param>
/// <param name="total">Images.</param>
/// <param name="time">Says when it is time for another line; the system's clock if absent.</param>
internal sealed class CountProgress(string what, int total, TimeProvider? time = null) : IDisposable
{
    private static readonly TimeSpan Live = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan FirstPlain = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Plain = TimeSpan.FromSeconds(10);
    private readonly bool live = ErrorTerminal.IsLive;
    private readonly Lock gate = new();
    private readonly TimeProvider clock = time ?? TimeProvider.System;
    private readonly long start = (time ?? TimeProvider.System).GetTimestamp();
    private TimeSpan due = ErrorTerminal.IsLive ? Live : FirstPlain;

    public void Report(int done)
    {
        var elapsed = clock.GetElapsedTime(start);
        if (elapsed < due || !gate.TryEnter())
        {
            return;
        }

        due = elapsed + (live ? Live : Plain);
        var text = $"{what} {done:N0}/{total:N0}  {done / elapsed.TotalSeconds:N0}/s";
        Console.Error.Write(live ? $"\r\x1b[2K{text}" : text + Environment.NewLine);
        gate.Exit();
    }

    public void Dispose()
    {
        if (live)
        {
            Console.Error.Write("\r\x1b[2K");
        }
    }
}
