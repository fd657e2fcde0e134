namespace SslFramework.Core.Tensors;

/// <summary>Losses are computed in float32 even where the forward pass is bfloat16.</summary>
public static class TensorPrecision
{
    /// <summary>float32 for half-precision values; float32 and float64 stay what they are.</summary>
    public static Tensor AtLeastFloat32(this Tensor values) =>
        values.dtype is ScalarType.BFloat16 or ScalarType.Float16 ? values.to(float32) : values;

    /// <summary>Rows of length 1, at least in float32: embeddings as contrastive losses compare them.</summary>
    /// <param name="rows">[N, D].</param>
    public static Tensor UnitRows(this Tensor rows) => nn.functional.normalize(rows.AtLeastFloat32());
}
