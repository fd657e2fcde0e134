namespace SslFramework.Core.Optimization;

/// <summary>What an optimizer knows of the step that it takes.</summary>
/// <param name="LearningRate">This step's rate; 0 leaves the parameters unchanged.</param>
public readonly record struct OptimizerStep(double LearningRate)
{
    /// <summary>The rate of parameters whose rate is constant: the schedule's peak.</summary>
    public double PeakRate { get; init; } = LearningRate;

    /// <summary>The part of the run that is done, 0 to 1.</summary>
    public double Progress { get; init; }

    /// <summary>The rate of a parameter.</summary>
    public double RateOf(ParameterFactors factors) => (factors.ConstantRate ? PeakRate : LearningRate) * factors.LearningRate;

    /// <summary>
    /// A number that goes from one value to another along half a cosine, from the first step on: the weight decay of DINO
    /// (https://arxiv.org/abs/2104.14294).
    /// </summary>
    /// <param name="first">The number at the beginning of the run.</param>
    /// <param name="last">The number at its end; null keeps the first.</param>
    public double Annealed(double first, double? last) =>
        last is { } end ? end + ((first - end) * 0.5 * (1 + Math.Cos(Math.PI * Progress))) : first;
}
