namespace SslFramework.Core.Tensors;

/// <summary>Losses are computed in float32 even if the forward pass is bfloat16.</summary>
public static class TensorPrecision
{
    /// <summary>Converts half-precision values to float32; float32 and float64 stay as they are.</summary>
    public static Tensor AtLeastFloat32(this Tensor values) =>
        values.dtype is ScalarType.BFloat16 or ScalarType.Float16 ? values.to(float32) : values;

    /// <summary>Scales rows to length 1, at least in float32: embeddings as contrastive losses compare them.</summary>
    /// <param name="rows">[N, D].</param>
    public static Tensor UnitRows(this Tensor rows) => nn.functional.normalize(rows.AtLeastFloat32());
}
