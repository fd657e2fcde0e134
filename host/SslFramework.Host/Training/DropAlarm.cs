using System.Globalization;
using SslFramework.Engine.Training;

namespace SslFramework.Host.Training;

/// <summary>
/// Warns if the score that the monitor measures falls far below what it was, or becomes NaN: features that get worse while the loss falls.
/// </summary>
internal sealed class DropAlarm(Action<Incident> report)
{
    /// <summary>Below this share of the best, something is wrong: a mean of a few epochs' noise is less.</summary>
    public const double LeastShare = 0.8;

    /// <summary>The highest up to now, for a checkpoint; set it to go on from one.</summary>
    public double? Best { get; set; }

    /// <summary>Whether it is told, and has not recovered.</summary>
    public bool HasDropped { get; set; }

    /// <summary>Looks at what was measured.</summary>
    /// <param name="measured">All numbers.</param>
    /// <param name="name">Which of them is the score; null where none is.</param>
    /// <returns>The score, or null where there is none, or none that is finite.</returns>
    public double? Look(StepMetrics measured, string? name)
    {
        if (name is null || !measured.Values.TryGetValue(name, out var score))
        {
            return null;
        }

        var dropped = Best is { } best && !(score >= LeastShare * best);
        if (dropped && !HasDropped)
        {
            var sentence = string.Create(
                CultureInfo.InvariantCulture, $"{name} is {score:F1} after epoch {measured.Epoch:0.#}; it was {Best:F1}. ")
                + "The checkpoint that was measured best is kept.";
            report(new Incident("drop", measured.Step, sentence, 0, 0, 0, (long)measured.Epoch, []));
        }

        HasDropped = dropped;
        if (!double.IsFinite(score))
        {
            return null;
        }

        Best = Math.Max(score, Best ?? score);
        return score;
    }
}
