namespace SslFramework.Core.Training;

/// <summary>Number format of the forward pass.</summary>
public enum Precision
{
    /// <summary>float32 throughout.</summary>
    Fp32,

    /// <summary>bfloat16 in convolutions and matrix products by autocast; weights, gradients and losses stay float32.</summary>
    Bf16,
}
