namespace SslFramework.Core.Training;

/// <summary>Where and how the loop computes.</summary>
/// <param name="Seed">The run's seed.</param>
/// <param name="Device">Device of the objective.</param>
/// <param name="Precision">Number format of the forward pass, float32 or bfloat16.</param>
/// <param name="Replicas">The processes that train together.</param>
public sealed record PretrainerSettings(long Seed, Device Device, Precision Precision, IReplicas Replicas)
{
    /// <summary>Autocast for a forward pass, or nothing in float32.</summary>
    public IDisposable? Autocast() => Precision == Precision.Bf16 ? Training.Autocast.On(Device.type, ScalarType.BFloat16) : null;
}
