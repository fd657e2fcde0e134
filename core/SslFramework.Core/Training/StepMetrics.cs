using SslFramework.Core.Diagnostics;

namespace SslFramework.Core.Training;

/// <summary>What is logged of one interval.</summary>
/// <param name="Step">Optimizer steps done.</param>
/// <param name="Epoch">Fractional epochs done.</param>
/// <param name="Values">Named numbers: the mean loss of the interval, and the last step's learning rate and metrics.</param>
/// <param name="Features">How spread the features are; at the end of an epoch, else null.</param>
public sealed record StepMetrics(long Step, double Epoch, IReadOnlyDictionary<string, double> Values, FeatureHealth? Features = null)
{
    internal static StepMetrics Read(
        long step, long stepsPerEpoch, double loss, double learningRate, StepNumbers numbers, StepResult result, FeatureHealth? features)
    {
        var values = new Dictionary<string, double> { ["loss"] = loss, ["learningRate"] = learningRate, ["gradientNorm"] = numbers.GradientNorm };
        foreach (var (name, value) in result.Metrics)
        {
            values[name] = value.ToDouble();
        }

        if (features is not null)
        {
            (values["featureDeviation"], values["featureRank"]) = (features.Deviation, features.Rank);
        }

        return new StepMetrics(step, (double)step / stepsPerEpoch, values, features);
    }
}
