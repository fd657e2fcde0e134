namespace SslFramework.Host.Terminal;

/// <summary>
/// What is being done, as a line on stderr where lines cannot be written over: after two seconds, and then every half minute with the time
/// so far.
/// </summary>
internal sealed class PlainNote : IDisposable
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(30);
    private readonly ITimer timer;

    /// <summary>Tells until it is disposed.</summary>
    /// <param name="doing">Such as <c>drawing the report</c>.</param>
    /// <param name="time">Says when it is time for a line.</param>
    public PlainNote(string doing, TimeProvider time)
    {
        var begun = time.GetTimestamp();
        timer = time.CreateTimer(_ => Tell(time.GetElapsedTime(begun)), null, First, Later);

        void Tell(TimeSpan sofar) => Console.Error.WriteLine($"{doing} …  {ErrorTerminal.Short(sofar)}");
    }

    /// <inheritdoc/>
    public void Dispose() => timer.Dispose();
}
