namespace SslFramework;

/// <summary>Some labeled images.</summary>
/// <param name="Images">float32 [N, C, H, W].</param>
/// <param name="Labels">int64 [N].</param>
public sealed record LabeledBatch(Tensor Images, Tensor Labels);
