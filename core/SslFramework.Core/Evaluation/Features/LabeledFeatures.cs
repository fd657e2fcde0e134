namespace SslFramework.Core.Evaluation.Features;

/// <summary>The features of labeled images from a frozen backbone.</summary>
/// <param name="Values">float32 [N, D], on the backbone's device, or on the CPU if they are too many for it.</param>
/// <param name="Labels">int64 [N], on the same device, 0 to <paramref name="Classes"/> − 1.</param>
/// <param name="Classes">Number of classes.</param>
public sealed record LabeledFeatures(Tensor Values, Tensor Labels, int Classes)
{
    /// <summary>N, the number of images.</summary>
    public long Count => Values.shape[0];

    /// <summary>Selects some of the rows.</summary>
    /// <param name="rows">int64 [n], on the same device.</param>
    public LabeledFeatures Select(Tensor rows) =>
        this with { Values = Values.index_select(0, rows), Labels = Labels.index_select(0, rows) };
}
