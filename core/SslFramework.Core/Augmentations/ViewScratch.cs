using SslFramework.Core.Augmentations.Kernels;

namespace SslFramework.Core.Augmentations;

/// <summary>Memory that one thread works in, image after image. Nothing is allocated once it has grown.</summary>
public sealed class ViewScratch
{
    private float[] front = [];
    private float[] back = [];
    private float[] spare = [];

    /// <summary>Tap tables and the half-resized image.</summary>
    internal ResampleScratch Resampling { get; } = new();

    internal Span<float> Front(int length) => Grow(ref front, length);

    internal Span<float> Back(int length) => Grow(ref back, length);

    internal Span<float> Spare(int length) => Grow(ref spare, length);

    internal static Span<T> Grow<T>(ref T[] buffer, int length)
        where T : unmanaged
    {
        if (buffer.Length < length)
        {
            buffer = GC.AllocateUninitializedArray<T>(length);
        }

        return buffer.AsSpan(0, length);
    }
}
