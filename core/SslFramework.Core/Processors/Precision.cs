namespace SslFramework.Core.Processors;

/// <summary>Number format of the forward pass.</summary>
[RefusedValue("fp16", "its small range needs losses scaled up and steps given up; \"bf16\" has float32's range and costs the same")]
public enum Precision
{
    /// <summary>float32 throughout.</summary>
    Fp32,

    /// <summary>float32, but products of matrices and convolutions on an NVIDIA GPU with 10 bits of mantissa.</summary>
    Tf32,

    /// <summary>bfloat16 in convolutions and matrix products by autocast; weights, gradients and losses stay float32.</summary>
    Bf16,

    /// <summary><see cref="Bf16"/> if the device computes in it, else <see cref="Fp32"/>.</summary>
    Auto,
}
