using System.Diagnostics;

namespace SslFramework.Host.Terminal;

/// <summary>How far a long count is, as one live line on stderr; nothing where that is piped. Thread-safe.</summary>
public sealed class CountProgress(string what, int total) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private readonly bool live = ErrorTerminal.IsLive;
    private readonly Lock gate = new();
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private TimeSpan shown;

    public void Report(int done)
    {
        if (!live || clock.Elapsed - shown < Interval || !gate.TryEnter())
        {
            return;
        }

        shown = clock.Elapsed;
        Console.Error.Write($"\r\x1b[2K{what} {done:N0}/{total:N0}  {done / clock.Elapsed.TotalSeconds:N0}/s");
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
