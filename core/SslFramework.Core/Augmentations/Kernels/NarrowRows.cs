using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SslFramework.Core.Augmentations.Kernels;

/// <summary>Rows between the two passes of a resize: [C, ring, stride], a ring just long enough for the pass down.</summary>
internal readonly ref struct NarrowRows
{
    /// <summary>This many columns may be written at once, whatever the width.</summary>
    public const int Columns = 32;

    private readonly TapTable taps;
    private readonly Span<float> rows;
    private readonly Span<int> offsets;
    private readonly int channels;
    private readonly int ring;

    /// <summary>Rents the memory that the tables of <paramref name="scratch"/> need.</summary>
    public NarrowRows(ResampleScratch scratch, int channels, int width)
    {
        taps = scratch.Rows;
        this.channels = channels;
        ring = InterleavedLines.RoundUp(taps.MaximumCount + InterleavedLines.Count - 1);
        Stride = InterleavedLines.RoundUp(width) + Math.Max(Columns, 4 * Vector<float>.Count); // tiles and reads may begin at any column
        rows = scratch.Narrow(checked(channels * ring * Stride));
        offsets = scratch.Offsets(taps.MaximumCount);
    }

    /// <summary>Numbers from row to row.</summary>
    public int Stride { get; }

    /// <summary>A row and those after it, up to the next multiple of sixteen.</summary>
    public Span<float> From(int channel, int row) => rows[(((channel * ring) + (row % ring)) * Stride)..];

    /// <summary>Makes one row of the destination, float32 [C, H, W], clipped to [0, 1].</summary>
    public void Down(int row, float unit, ImageSize size, Span<float> destination)
    {
        var weights = taps.Weights(row);
        var from = offsets[..weights.Length];
        for (var k = 0; k < from.Length; k++)
        {
            from[k] = (taps.Start(row) + k) % ring * Stride;
        }

        for (var channel = 0; channel < channels; channel++)
        {
            ref var start = ref MemoryMarshal.GetReference(rows.Slice(channel * ring * Stride, ring * Stride));
            Mix(weights, from, ref start, unit, destination.Slice(((channel * size.Height) + row) * size.Width, size.Width));
        }
    }

    private static void Mix(ReadOnlySpan<float> weights, ReadOnlySpan<int> from, ref float start, float unit, Span<float> target)
    {
        Span<float> beyond = stackalloc float[4 * Vector<float>.Count];
        for (var x = 0; x < target.Length; x += beyond.Length)
        {
            ref var here = ref Unsafe.Add(ref start, x);
            var (a, b) = (Vector<float>.Zero, Vector<float>.Zero);
            var (c, d) = (Vector<float>.Zero, Vector<float>.Zero);
            for (var k = 0; k < weights.Length; k++)
            {
                var weight = new Vector<float>(weights[k]);
                ref var row = ref Unsafe.Add(ref here, from[k]);
                a += weight * Vector.LoadUnsafe(ref row);
                b += weight * Vector.LoadUnsafe(ref row, (nuint)Vector<float>.Count);
                c += weight * Vector.LoadUnsafe(ref row, 2 * (nuint)Vector<float>.Count);
                d += weight * Vector.LoadUnsafe(ref row, 3 * (nuint)Vector<float>.Count);
            }

            var room = target[x..];
            ref var to = ref MemoryMarshal.GetReference(room.Length >= beyond.Length ? room : beyond);
            Clip(a * unit).StoreUnsafe(ref to);
            Clip(b * unit).StoreUnsafe(ref to, (nuint)Vector<float>.Count);
            Clip(c * unit).StoreUnsafe(ref to, 2 * (nuint)Vector<float>.Count);
            Clip(d * unit).StoreUnsafe(ref to, 3 * (nuint)Vector<float>.Count);
            if (room.Length < beyond.Length)
            {
                beyond[..room.Length].CopyTo(room);
            }
        }
    }

    private static Vector<float> Clip(Vector<float> values) => Vector.ClampNative(values, Vector<float>.Zero, Vector<float>.One);
}
