namespace SslFramework;

/// <summary>Where training stands, and the randomness of this step.</summary>
/// <param name="Step">Optimizer steps done, 0 at the first.</param>
/// <param name="TotalSteps">Optimizer steps of the whole run.</param>
/// <param name="Epoch">Fractional epoch before this step, 0 at the first.</param>
/// <param name="TotalEpochs">Epochs of the whole run.</param>
/// <param name="Random">Random numbers for masks, permutations and the like.</param>
/// <param name="Replicas">The processes that train together.</param>
public sealed record StepContext(
    long Step, long TotalSteps, double Epoch, double TotalEpochs, StepRandom Random, IReplicas Replicas)
{
    /// <summary>Part of the run that is done, 0 to 1.</summary>
    public double Progress => TotalSteps == 0 ? 0 : (double)Step / TotalSteps;
}
