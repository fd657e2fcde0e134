namespace SslFramework.Host.Terminal;

/// <summary>
/// Shows on stderr where long work is: in a live panel, or as a plain line now and then if lines cannot be written over. Not thread-safe.
/// </summary>
/// <param name="time">Says when it is time for another line.</param>
internal sealed class ProgressDisplay(TimeProvider time) : IDisposable
{
    private static readonly TimeSpan LiveInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan FirstPlain = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(5);

    private readonly LivePanel? panel = LivePanel.OverErrors();
    private long shown = time.GetTimestamp();
    private bool told;

    /// <summary>Whether it is a panel.</summary>
    public bool IsLive => panel is not null;

    /// <summary>Warnings that appeared above the panel.</summary>
    public int Warnings => panel?.Warnings ?? 0;

    /// <summary>Whether long enough nothing was shown.</summary>
    public bool IsDue => time.GetElapsedTime(shown) >= (IsLive ? LiveInterval : told ? PlainInterval : FirstPlain);

    /// <summary>Shows where the work is.</summary>
    /// <param name="lines">The lines of a panel.</param>
    /// <param name="line">The same as one plain line; nothing is said if it is empty.</param>
    public void Show(Func<IReadOnlyList<string>> lines, Func<string> line)
    {
        (shown, told) = (time.GetTimestamp(), true);
        if (panel is not null)
        {
            panel.Show(lines());
        }
        else if (line() is { Length: > 0 } text)
        {
            Messages.Say(text);
        }
    }

    /// <summary>Leaves nothing of the panel.</summary>
    public void Clear() => panel?.Show([]);

    /// <summary>Leaves the panel where it is.</summary>
    public void Dispose() => panel?.Dispose();
}
