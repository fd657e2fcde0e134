namespace SslFramework.Host.Training;

/// <summary>
/// Notices a step that does not end. It counts the moments in which it is awake itself, so that neither a stopped process nor a machine
/// that slept is taken for one that hangs.
/// </summary>
internal sealed class Watchdog : IDisposable
{
    private const int LongestBefore = 20;
    private const long ShortestLimit = 30 * 60; // seconds
    private const int MomentsASecond = 4;

    private readonly long? limit;
    private readonly Action<int> hung;
    private readonly ManualResetEventSlim end = new();
    private long moments;
    private long longest;
    private int paused;

    /// <summary>Begins to count.</summary>
    /// <param name="seconds">What a step may take; where null, a multiple of the longest step so far, and without one anything.</param>
    /// <param name="hung">Told once, with the seconds, on a thread of the watchdog's own.</param>
    public Watchdog(int? seconds, Action<int> hung)
    {
        (limit, this.hung) = (seconds * MomentsASecond, hung);
        new Thread(Watch) { Name = "watchdog", IsBackground = true }.Start();
    }

    /// <summary>A step has ended, and the next one begins.</summary>
    public void StepEnded()
    {
        longest = Math.Max(longest, Interlocked.Exchange(ref moments, 0) + 1);
    }

    /// <summary>Something other than a step goes on.</summary>
    public void IsAlive() => Interlocked.Exchange(ref moments, 0);

    /// <summary>Does work that is no step and takes the time it takes.</summary>
    public T Apart<T>(Func<T> work)
    {
        Interlocked.Increment(ref paused);
        try
        {
            return work();
        }
        finally
        {
            Interlocked.Decrement(ref paused);
        }
    }

    /// <summary>Seconds that the step at hand may take; null for any number.</summary>
    public long? Limit => (limit ?? Usual) / MomentsASecond;

    private long? Usual => longest == 0 ? null : Math.Max(LongestBefore * longest, ShortestLimit * MomentsASecond);

    /// <summary>Stops counting.</summary>
    public void Dispose() => end.Set();

    private void Watch()
    {
        while (!end.Wait(1000 / MomentsASecond))
        {
            if (Volatile.Read(ref paused) == 0 && Interlocked.Increment(ref moments) > Limit * MomentsASecond)
            {
                hung((int)(Interlocked.Read(ref moments) / MomentsASecond));
                return;
            }
        }
    }
}
