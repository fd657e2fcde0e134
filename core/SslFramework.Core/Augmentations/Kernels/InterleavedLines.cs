using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using static SslFramework.Core.Augmentations.Kernels.LaneZip;

namespace SslFramework.Core.Augmentations.Kernels;

/// <summary>
/// Sixteen rows or columns of an image, interleaved: place i of every line, then place i + 1, and so on: [length, 16]. A filter
/// along a line thus works on all of them at once, for any taps and without a shuffle. Each line is computed by itself, in
/// one order whatever the width of the vectors, and no sum is fused with its product: the same bits on every processor.
/// </summary>
internal static class InterleavedLines
{
    /// <summary>Number of interleaved lines; sixteen float32 fill one cache line.</summary>
    public const int Count = 16;

    private const int Block = 4;

    /// <summary>The next multiple of 16.</summary>
    public static int RoundUp(int length) => (length + Count - 1) / Count * Count;

    /// <summary>Interleaves rows of bytes as floats: [rows, length] → [length, 16].</summary>
    /// <param name="rows">The first row, and those after it.</param>
    /// <param name="stride">Bytes from row to row.</param>
    /// <param name="available">Rows that exist; beyond them the last one is repeated.</param>
    /// <param name="length">Length of a row.</param>
    /// <param name="lines">Receives the interleaved lines.</param>
    public static void FromLevels(ReadOnlySpan<byte> rows, int stride, int available, int length, Span<float> lines)
    {
        if (length < Count)
        {
            for (var i = 0; i < length * Count; i++)
            {
                lines[i] = rows[(Math.Min(i % Count, available - 1) * stride) + (i / Count)];
            }

            return;
        }

        Span<int> starts = stackalloc int[Count];
        for (var line = 0; line < Count; line++)
        {
            starts[line] = Math.Min(line, available - 1) * stride;
        }

        ref var from = ref MemoryMarshal.GetReference(rows[..(starts[Count - 1] + length)]);
        ref var to = ref MemoryMarshal.GetReference(lines[..(length * Count)]);
        for (var i = 0; i < length; i += Count)
        {
            var at = Math.Min(i, length - Count); // the last block reaches back over places already done
            TurnLevels(ref Unsafe.Add(ref from, at), starts, ref Unsafe.Add(ref to, at * Count));
        }
    }

    /// <summary>Interleaves rows of floats: [rows, length] → [length, 16], with room between the places.</summary>
    /// <param name="rows">The first row, and those after it.</param>
    /// <param name="stride">Numbers from row to row.</param>
    /// <param name="available">Rows that exist; beyond them the last one is repeated.</param>
    /// <param name="length">Length of a row.</param>
    /// <param name="lines">Receives the interleaved lines.</param>
    /// <param name="step">Numbers from place to place.</param>
    public static void FromRows(ReadOnlySpan<float> rows, int stride, int available, int length, Span<float> lines, int step = Count)
    {
        ref var to = ref MemoryMarshal.GetReference(lines[..(((length - 1) * step) + Count)]);
        for (var line = 0; line < Count; line += Block)
        {
            ref var a = ref Row(rows, stride, available, line, length);
            ref var b = ref Row(rows, stride, available, line + 1, length);
            ref var c = ref Row(rows, stride, available, line + 2, length);
            ref var d = ref Row(rows, stride, available, line + 3, length);
            var at = (nuint)line;
            nuint i = 0;
            for (; i + Block <= (nuint)length; i += Block, at += Block * (nuint)step)
            {
                Turn(
                    Vector128.LoadUnsafe(ref a, i),
                    Vector128.LoadUnsafe(ref b, i),
                    Vector128.LoadUnsafe(ref c, i),
                    Vector128.LoadUnsafe(ref d, i),
                    ref Unsafe.Add(ref to, at),
                    (nuint)step);
            }

            for (; i < (nuint)length; i++, at += (nuint)step)
            {
                Vector128.Create(Unsafe.Add(ref a, i), Unsafe.Add(ref b, i), Unsafe.Add(ref c, i), Unsafe.Add(ref d, i))
                    .StoreUnsafe(ref to, at);
            }
        }
    }

    /// <summary>Writes the lines back as rows: [length, 16] → [16, length].</summary>
    /// <param name="lines">The interleaved lines.</param>
    /// <param name="length">Length of a line, a multiple of 4.</param>
    /// <param name="rows">The first row, and those after it.</param>
    /// <param name="stride">Numbers from row to row.</param>
    public static void ToRows(ReadOnlySpan<float> lines, int length, Span<float> rows, int stride)
    {
        ref var from = ref MemoryMarshal.GetReference(lines[..(length * Count)]);
        ref var to = ref MemoryMarshal.GetReference(rows[..(((Count - 1) * stride) + length)]);
        for (var i = 0; i < length; i += Block)
        {
            var at = (nuint)(i * Count);
            Turn(
                Vector512.LoadUnsafe(ref from, at),
                Vector512.LoadUnsafe(ref from, at + Count),
                Vector512.LoadUnsafe(ref from, at + (2 * Count)),
                Vector512.LoadUnsafe(ref from, at + (3 * Count)),
                out var first,
                out var second,
                out var third,
                out var fourth);
            ref var target = ref Unsafe.Add(ref to, i);
            StoreEveryFourth(first, ref target, stride);
            StoreEveryFourth(second, ref Unsafe.Add(ref target, stride), stride);
            StoreEveryFourth(third, ref Unsafe.Add(ref target, 2 * stride), stride);
            StoreEveryFourth(fourth, ref Unsafe.Add(ref target, 3 * stride), stride);
        }
    }

    // Writes four numbers each into this row and the fourth, eighth and twelfth after it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreEveryFourth(Vector512<float> numbers, ref float row, int stride)
    {
        numbers.GetLower().GetLower().StoreUnsafe(ref row);
        numbers.GetLower().GetUpper().StoreUnsafe(ref Unsafe.Add(ref row, 4 * stride));
        numbers.GetUpper().GetLower().StoreUnsafe(ref Unsafe.Add(ref row, 8 * stride));
        numbers.GetUpper().GetUpper().StoreUnsafe(ref Unsafe.Add(ref row, 12 * stride));
    }

    /// <summary>Copies a few numbers of every row.</summary>
    public static void Copy(ReadOnlySpan<float> from, int fromStride, Span<float> to, int toStride, int rows, int numbers)
    {
        if (numbers != Count)
        {
            for (var row = 0; row < rows; row++)
            {
                from.Slice(row * fromStride, numbers).CopyTo(to[(row * toStride)..]);
            }

            return;
        }

        ref var source = ref MemoryMarshal.GetReference(from[..(((rows - 1) * fromStride) + Count)]);
        ref var target = ref MemoryMarshal.GetReference(to[..(((rows - 1) * toStride) + Count)]);
        for (var row = 0; row < rows; row++)
        {
            Vector512.LoadUnsafe(ref source, (nuint)(row * fromStride)).StoreUnsafe(ref target, (nuint)(row * toStride));
        }
    }

    // Transposes 16 × 16 bytes in groups of four, which are split as they become floats.
    private static void TurnLevels(ref byte rows, ReadOnlySpan<int> starts, ref float turned)
    {
        Turn(
            EveryFourth(ref rows, starts, 0).AsSingle(),
            EveryFourth(ref rows, starts, 1).AsSingle(),
            EveryFourth(ref rows, starts, 2).AsSingle(),
            EveryFourth(ref rows, starts, 3).AsSingle(),
            out var first,
            out var second,
            out var third,
            out var fourth);
        StoreLevels(first.AsUInt32(), ref turned);
        StoreLevels(second.AsUInt32(), ref Unsafe.Add(ref turned, Block * Count));
        StoreLevels(third.AsUInt32(), ref Unsafe.Add(ref turned, 2 * Block * Count));
        StoreLevels(fourth.AsUInt32(), ref Unsafe.Add(ref turned, 3 * Block * Count));
    }

    // Spreads four bytes each of sixteen rows → [4, 16].
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreLevels(Vector512<uint> quads, ref float turned)
    {
        var level = Vector512.Create(0xFFu);
        Vector512.ConvertToSingle((quads & level).AsInt32()).StoreUnsafe(ref turned);
        Vector512.ConvertToSingle(((quads >>> 8) & level).AsInt32()).StoreUnsafe(ref turned, Count);
        Vector512.ConvertToSingle(((quads >>> 16) & level).AsInt32()).StoreUnsafe(ref turned, 2 * Count);
        Vector512.ConvertToSingle((quads >>> 24).AsInt32()).StoreUnsafe(ref turned, 3 * Count);
    }

    // Reads sixteen bytes each of rows i, i + 4, i + 8 and i + 12.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> EveryFourth(ref byte rows, ReadOnlySpan<int> starts, int i) => Vector512.Create(
        Vector256.Create(Vector128.LoadUnsafe(ref rows, (nuint)starts[i]), Vector128.LoadUnsafe(ref rows, (nuint)starts[i + 4])),
        Vector256.Create(Vector128.LoadUnsafe(ref rows, (nuint)starts[i + 8]), Vector128.LoadUnsafe(ref rows, (nuint)starts[i + 12])));

    private static ref T Row<T>(ReadOnlySpan<T> rows, int stride, int available, int line, int length) =>
        ref MemoryMarshal.GetReference(rows.Slice(Math.Min(line, available - 1) * stride, length));

    // Transposes 4 × 4 numbers, four times.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turn(
        Vector512<float> a,
        Vector512<float> b,
        Vector512<float> c,
        Vector512<float> d,
        out Vector512<float> first,
        out Vector512<float> second,
        out Vector512<float> third,
        out Vector512<float> fourth)
    {
        var ab = ZipLow(a.AsUInt32(), b.AsUInt32()).AsUInt64();
        var abHigh = ZipHigh(a.AsUInt32(), b.AsUInt32()).AsUInt64();
        var cd = ZipLow(c.AsUInt32(), d.AsUInt32()).AsUInt64();
        var cdHigh = ZipHigh(c.AsUInt32(), d.AsUInt32()).AsUInt64();
        first = ZipLow(ab, cd).AsSingle();
        second = ZipHigh(ab, cd).AsSingle();
        third = ZipLow(abHigh, cdHigh).AsSingle();
        fourth = ZipHigh(abHigh, cdHigh).AsSingle();
    }

    // Transposes 4 × 4 numbers.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turn(
        Vector128<float> a, Vector128<float> b, Vector128<float> c, Vector128<float> d, ref float to, nuint stride)
    {
        var ab = ZipLow(a.AsUInt32(), b.AsUInt32()).AsUInt64();
        var abHigh = ZipHigh(a.AsUInt32(), b.AsUInt32()).AsUInt64();
        var cd = ZipLow(c.AsUInt32(), d.AsUInt32()).AsUInt64();
        var cdHigh = ZipHigh(c.AsUInt32(), d.AsUInt32()).AsUInt64();
        ZipLow(ab, cd).AsSingle().StoreUnsafe(ref to);
        ZipHigh(ab, cd).AsSingle().StoreUnsafe(ref to, stride);
        ZipLow(abHigh, cdHigh).AsSingle().StoreUnsafe(ref to, stride * 2);
        ZipHigh(abHigh, cdHigh).AsSingle().StoreUnsafe(ref to, stride * 3);
    }
}
