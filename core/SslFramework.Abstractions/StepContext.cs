namespace SslFramework;

/// <summary>How far training is, and the randomness of this step.</summary>
/// <param name="Step">Optimizer steps done so far; 0 at the first step.</param>
/// <param name="TotalSteps">Optimizer steps of the whole run.</param>
/// <param name="Epoch">Fractional epoch before this step; 0 at the first.</param>
/// <param name="TotalEpochs">Epochs of the whole run.</param>
/// <param name="Random">Random numbers for masks, permutations and the like.</param>
/// <param name="Replicas">The processes that train together.</param>
public sealed record StepContext(
    long Step, long TotalSteps, double Epoch, double TotalEpochs, StepRandom Random, IReplicas Replicas)
{
    /// <summary>The learning rate of this step; 0 if the caller does not say it.</summary>
    public double LearningRate { get; init; }

    /// <summary>Optimizer steps per epoch.</summary>
    public double StepsPerEpoch => TotalEpochs == 0 ? 0 : TotalSteps / TotalEpochs;

    /// <summary>The part of the run that is done, 0 to 1.</summary>
    public double Progress => TotalSteps == 0 ? 0 : (double)Step / TotalSteps;
}
