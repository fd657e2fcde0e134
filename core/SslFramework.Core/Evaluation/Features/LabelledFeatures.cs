namespace SslFramework.Core.Evaluation.Features;

/// <summary>What a frozen backbone makes of labelled images.</summary>
/// <param name="Values">float32 [N, D], on the backbone's device, or on the CPU where they are too many for it.</param>
/// <param name="Labels">int64 [N], on the same device, 0 to <paramref name="Classes"/> − 1.</param>
/// <param name="Classes">Number of classes.</param>
public sealed record LabelledFeatures(Tensor Values, Tensor Labels, int Classes)
{
    /// <summary>N.</summary>
    public long Count => Values.shape[0];

    /// <summary>Some of the rows.</summary>
    /// <param name="rows">int64 [n], on the same device.</param>
    public LabelledFeatures Select(Tensor rows) =>
        this with { Values = Values.index_select(0, rows), Labels = Labels.index_select(0, rows) };
}
