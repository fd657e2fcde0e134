namespace SslFramework.Engine.Data.Files;

/// <summary>
/// Reads again, after longer and longer pauses, what a disk or a network did not give. A read error is no bad image: what
/// lies on the disk may be sound, so that nothing is shown in its place.
/// </summary>
/// <param name="pause">Waits.</param>
internal sealed class ReadRetry(Action<TimeSpan> pause)
{
    private static readonly TimeSpan[] Pauses = [.. new[] { 0.1, 0.4, 1.6, 6.4 }.Select(TimeSpan.FromSeconds)];

    /// <summary>The one that waits in real time.</summary>
    public static ReadRetry Patient { get; } = new(Thread.Sleep);

    /// <summary>Reads, a few times if need be. A file that is missing or forbidden will not come by waiting.</summary>
    /// <param name="what">What is read, for the message: <c>The image 'a.jpg'</c>.</param>
    /// <param name="state">Given to <paramref name="read"/>, which needs no closure then.</param>
    /// <param name="read">Reads.</param>
    /// <exception cref="ExperimentException">It cannot be read (<see cref="FailureKind.Storage"/>).</exception>
    public T Read<TState, T>(string what, TState state, Func<TState, T> read)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return read(state);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                var isFinal = e is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException;
                if (isFinal || attempt == Pauses.Length)
                {
                    throw new ExperimentException(
                        FailureKind.Storage,
                        $"{what} cannot be read{(isFinal ? "" : $", tried {attempt + 1} times")}: {e.Message.TrimEnd('.')}; "
                        + (isFinal ? "bring it back or give the right to read it" : "see to the disk or network") + ", then start again.",
                        e);
                }

                pause(Pauses[attempt]);
            }
        }
    }
}
