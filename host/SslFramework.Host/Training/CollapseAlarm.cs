using SslFramework.Engine.Training;

namespace SslFramework.Host.Training;

/// <summary>
/// Tells where a backbone comes to see all images alike, which the loss does not show. Measured at the end of each epoch;
/// it must show several times in a row.
/// </summary>
internal sealed class CollapseAlarm(CollapseResponse response, Action<Incident> report)
{
    /// <summary>
    /// Below it, features are the same for all images. Healthy ones are near it if all share a large mean (Exemplar: 0.04).
    /// </summary>
    public const double LeastDeviation = 0.005;

    /// <summary>
    /// Below this share of the dimensions, features differ in a few directions alone: of healthy ones, MAE uses the least, 15 %.
    /// </summary>
    public const double LeastRankShare = 0.05;

    private const int TimesInARow = 3;

    /// <summary>Epochs in a row that showed it, for a checkpoint; set it to go on from one.</summary>
    public int Times { get; set; }

    /// <summary>Looks at an epoch's end.</summary>
    /// <exception cref="ExperimentException">The features have collapsed, and the experiment says to stop then.</exception>
    public void Look(StepMetrics metrics)
    {
        if (metrics.Features is not { } features)
        {
            return;
        }

        var (flat, narrow) = (features.Deviation < LeastDeviation, features.Rank < LeastRankShare * features.LargestRank);
        Times = flat || narrow ? Times + 1 : 0;
        if (Times != TimesInARow)
        {
            return;
        }

        var sentence = flat
            ? "The features have collapsed: all images look alike to the backbone "
                + $"(deviation {features.Deviation:G2} of 1, {TimesInARow} epochs in a row)."
            : $"The features use {features.Rank:F1} of {features.LargestRank} dimensions ({TimesInARow} epochs in a row).";
        var (loss, norm) = (metrics.Values["loss"], metrics.Values["gradientNorm"]);
        report(new Incident("collapse", metrics.Step, sentence, loss, norm, 0, (long)metrics.Epoch, []));
        if (response == CollapseResponse.Stop)
        {
            throw new ExperimentException(
                FailureKind.Diverged,
                $"{sentence} Lower \"schedule.learningRate\", or look at what keeps images apart in the objective "
                + "(negatives, stop-gradient, batch norm in heads).");
        }
    }
}
