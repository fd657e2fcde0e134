namespace SslFramework.Core.Optimization;

/// <summary>How long a run is, and how large its steps.</summary>
/// <param name="Epochs">Passes over the images.</param>
/// <param name="BatchSize">Images (not views) per optimizer step, over all processes and micro-batches.</param>
public sealed record RunLength(double Epochs, int BatchSize)
{
    /// <summary>Optimizer steps per epoch; 0 if it is not known.</summary>
    public long StepsPerEpoch { get; init; }
}
