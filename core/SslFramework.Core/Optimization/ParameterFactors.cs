namespace SslFramework.Core.Optimization;

/// <summary>How one parameter is trained, relative to the others: what all rules for it come to.</summary>
/// <param name="LearningRate">Factor on the learning rate.</param>
/// <param name="WeightDecay">Factor on the weight decay.</param>
/// <param name="Momentum">Factor on the momentum, 0 to 1.</param>
/// <param name="ConstantRate">Whether the rate stays at the schedule's peak.</param>
public sealed record ParameterFactors(double LearningRate = 1, double WeightDecay = 1, double Momentum = 1, bool ConstantRate = false)
{
    /// <summary>Those of a parameter that no rule covers.</summary>
    public static ParameterFactors Default { get; } = new();

    /// <summary>Multiplies in a rule.</summary>
    internal ParameterFactors With(ParameterRule rule) => new(
        LearningRate * rule.LearningRate, WeightDecay * rule.WeightDecay, Momentum * rule.Momentum, ConstantRate || rule.ConstantRate);
}
