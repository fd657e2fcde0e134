namespace SslFramework.Engine.Data.Files;

/// <summary>
/// Retries, after longer and longer pauses, what a disk or a network did not give. A read error does not make an image bad:
/// what is on the disk may be sound, so that no other image replaces it.
/// </summary>
/// <param name="pause">Waits for the given time.</param>
internal sealed class ReadRetry(Action<TimeSpan> pause)
{
    private static readonly TimeSpan[] Pauses = [.. new[] { 0.1, 0.4, 1.6, 6.4 }.Select(TimeSpan.FromSeconds)];

    /// <summary>The instance that waits in real time.</summary>
    public static ReadRetry Patient { get; } = new(Thread.Sleep);

    /// <summary>Reads, and retries a few times if necessary. A missing or forbidden file is not worth waiting for.</summary>
    /// <param name="what">What is read, for the message: <c>The image 'a.jpg'</c>.</param>
    /// <param name="state">Passed to <paramref name="read"/>, which then needs no closure.</param>
    /// <param name="read">Reads.</param>
    /// <exception cref="ExperimentException">It cannot be read (<see cref="FailureKind.Storage"/>).</exception>
    public T Read<TState, T>(string what, TState state, Func<TState, T> read)
        where TState : allows ref struct
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
