using SslFramework.Core.Tensors;

namespace SslFramework.Core.Evaluation.Features;

/// <summary>
/// How much memory features may take. Layers that fit together are computed in one pass over the images; those of one layer that takes
/// more stay in the CPU's memory, and are used from there.
/// </summary>
internal static class FeatureMemory
{
    private const long Least = 2L << 30;

    /// <summary>Where nothing is set: 2 GiB, or a quarter of a GPU's memory where that is more.</summary>
    public static long Default(Device device) =>
        device.type == DeviceType.CUDA && GpuMemory.Total() is { } total ? Math.Max(Least, total / 4) : Least;

    /// <summary>float32 features of so many images.</summary>
    internal static long Bytes(IEnumerable<FeatureTap> taps, long images) => taps.Sum(tap => tap.Length) * images * sizeof(float);

    /// <summary>What is set for some images.</summary>
    internal static long Of(ILabelledImages images, Device device) => (images as ISharedImages)?.FeatureMemory ?? Default(device);
}
