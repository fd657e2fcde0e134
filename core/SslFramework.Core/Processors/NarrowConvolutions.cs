using System.Runtime.CompilerServices;
using TorchSharp.Modules;

namespace SslFramework.Core.Processors;

/// <summary>
/// Keeps strided 1×1 convolutions of fewer than 16 channels out of a function of oneDNN that writes past its buffer.
/// </summary>
/// <remarks>
/// For the gradient of such weights oneDNN first gathers the pixels that count, in a buffer of as many channels as the maps have, but
/// counts its place there in blocks of 16 (8 with AVX2). If the maps are large enough to be taken in parts (an output of 24×24 in float32
/// and of 112×112 in bfloat16 was), the second part lies behind the buffer: the heap is damaged, and the process ends at some later time,
/// or never. Only maps whose channels lie last are computed so, on processors with AVX2 or AVX-512:
/// https://github.com/uxlfoundation/oneDNN/issues/6035. The networks are small, and so is the copy in the other layout.
/// </remarks>
internal static class NarrowConvolutions
{
    private const int Block = 16;

    private static readonly ConditionalWeakTable<Conv2d, object> Guarded = [];

    /// <summary>Makes these convolutions of a network take maps in the layout that is right.</summary>
    /// <param name="module">A network, or one layer; what was guarded before stays as it is.</param>
    /// <returns>The same module.</returns>
    public static TModule Guard<TModule>(TModule module)
        where TModule : nn.Module
    {
        foreach (var convolution in module.modules().Prepend(module).OfType<Conv2d>().Where(IsNarrow))
        {
            if (Guarded.TryAdd(convolution, convolution.GetType()))
            {
                convolution.register_forward_pre_hook((_, maps) => RowsLast(maps));
            }
        }

        return module;
    }

    private static bool IsNarrow(Conv2d convolution) =>
        convolution.in_channels < Block
        && convolution.groups == 1 // groups go another way
        && convolution.kernel_size.All(side => side == 1)
        && convolution.stride.Any(stride => stride > 1);

    private static Tensor RowsLast(Tensor maps)
    {
        if (maps.device_type != DeviceType.CPU || maps.ndim != 4 || maps.dtype == ScalarType.Float64) // which oneDNN does not take
        {
            return maps;
        }

        using var packed = maps.contiguous();
        var (shape, plane) = (maps.shape, maps.shape[2] * maps.shape[3]);

        // Strides in full: those of a single channel, or of a single pixel, fit either layout.
        return packed.as_strided(shape, [shape[1] * plane, plane, shape[3], 1], packed.storage_offset());
    }
}
