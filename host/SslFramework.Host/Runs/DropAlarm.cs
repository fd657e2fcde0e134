using System.Globalization;
using SslFramework.Core.Training;

namespace SslFramework.Host.Runs;

/// <summary>Tells where the accuracy that the monitor measures falls far below what it was: features that get worse while the loss falls.</summary>
public sealed class DropAlarm(Action<Incident> report)
{
    /// <summary>Below this share of the best, something is wrong: a mean of a few epochs' noise is less.</summary>
    public const double LeastShare = 0.8;

    /// <summary>The highest up to now, for a checkpoint; set it to go on from one.</summary>
    public double? Best { get; set; }

    /// <summary>Whether it is told, and has not recovered.</summary>
    public bool HasDropped { get; set; }

    /// <summary>Looks at what was measured.</summary>
    /// <returns>The accuracy, or null where none is among the numbers.</returns>
    public double? Look(StepMetrics measured)
    {
        if (measured.Values.FirstOrDefault(value => value.Key.Contains(" top-1", StringComparison.Ordinal)) is not { Key: { } name, Value: var score })
        {
            return null;
        }

        var dropped = score < LeastShare * Best;
        if (dropped && !HasDropped)
        {
            var sentence = string.Create(
                CultureInfo.InvariantCulture, $"{name} is {score:F1} after epoch {measured.Epoch:0.#}; it was {Best:F1}. The checkpoint that was measured best is kept.");
            report(new Incident("drop", measured.Step, sentence, 0, 0, 0, (long)measured.Epoch, []));
        }

        (HasDropped, Best) = (dropped, Math.Max(score, Best ?? score));
        return score;
    }
}
