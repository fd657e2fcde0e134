using SslFramework.Core.Distributed;

namespace SslFramework.Engine.Training;

/// <summary>The metrics that are logged for one interval.</summary>
/// <param name="Step">Optimizer steps done.</param>
/// <param name="Epoch">Fractional epochs done.</param>
/// <param name="Values">Named numbers: the mean loss of the interval, and the last step's learning rate and metrics.</param>
/// <param name="Features">How spread out the features are, at the end of an epoch; else null.</param>
internal sealed record StepMetrics(long Step, double Epoch, IReadOnlyDictionary<string, double> Values, FeatureHealth? Features = null)
{
    internal static StepMetrics Read(
        long step,
        long stepsPerEpoch,
        double loss,
        double learningRate,
        StepNumbers numbers,
        IEnumerable<(string Name, double Value)> metrics,
        FeatureHealth? features)
    {
        var values =
            new Dictionary<string, double> { ["loss"] = loss, ["learningRate"] = learningRate, ["gradientNorm"] = numbers.GradientNorm };
        foreach (var (name, value) in metrics)
        {
            values[name] = value;
        }

        if (features is not null)
        {
            (values["featureDeviation"], values["featureRank"]) = (features.Deviation, features.Rank);
        }

        return new StepMetrics(step, (double)step / stepsPerEpoch, values, features);
    }

    /// <summary>The metrics of a step, averaged over all processes.</summary>
    internal static IEnumerable<(string Name, double Value)> Averaged(StepResult result, IProcessGroup group)
    {
        if (result.Metrics.Count == 0)
        {
            return [];
        }

        using var scope = NewDisposeScope();
        var values = stack(result.Metrics.Select(metric => metric.Value.to(float64).view([]))).cpu();
        group.Average(values);
        return result.Metrics.Select(metric => metric.Name).Zip(values.data<double>().ToArray());
    }
}
