using SslFramework.Host.Components;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Evaluation;

/// <summary>What an evaluation is doing, in words, with how far it is and how long it will take. Not thread-safe.</summary>
/// <param name="progress">The evaluation's.</param>
/// <param name="time">Says how long it has taken.</param>
internal sealed class EvaluationText(ProgressRelay progress, TimeProvider time)
{
    private string doing = "";
    private long began;

    /// <summary>Whether something begins or ends, which a panel shows at once: it may be all that is heard for a while.</summary>
    public static bool IsTurn(EvaluationProgress? now) => now is null || now.Value.Done == now.Value.Total;

    /// <summary>The words, and the bar; the bar is empty before something is done.</summary>
    /// <param name="now">What was reported, or null where a part begins.</param>
    public (string What, string Bar) Of(EvaluationProgress? now)
    {
        var what = $"evaluating  {string.Join(": ", new[] { progress.Part, now?.Doing }.Where(text => text is { Length: > 0 }))}".TrimEnd();
        if (what != doing)
        {
            (doing, began) = (what, time.GetTimestamp());
        }

        if (now is not { Done: > 0 } some)
        {
            return (what, "");
        }

        var left = time.GetElapsedTime(began) * ((double)(some.Total - some.Done) / some.Done);
        return (what, $"{ErrorTerminal.Bar((double)some.Done / some.Total)}  {ErrorTerminal.Short(left)} left");
    }
}
