namespace SslFramework.Core.Training;

/// <summary>What is logged of one interval.</summary>
/// <param name="Step">Optimizer steps done.</param>
/// <param name="Epoch">Fractional epochs done.</param>
/// <param name="Values">Named numbers: the mean loss of the interval, and the last step's learning rate and metrics.</param>
public sealed record StepMetrics(long Step, double Epoch, IReadOnlyDictionary<string, double> Values);
