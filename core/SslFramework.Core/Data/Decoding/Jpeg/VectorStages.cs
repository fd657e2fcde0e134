using System.Runtime.CompilerServices;
using SslFramework.Core.Data.Decoding.Jpeg.Vectors;

namespace SslFramework.Core.Data.Decoding.Jpeg;

/// <summary>The stages on vectors.</summary>
/// <typeparam name="T">Their width.</typeparam>
internal sealed class VectorStages<T> : SampleStages
    where T : struct, ILanes<T>
{
    private const int BlockSize = 64;

    private const byte N = 255; // none

    // Where the channels of sixteen pixels come from in three times sixteen bytes: those of red, of green and of blue.
    private static ReadOnlySpan<byte> Turns =>
    [
        0, N, N, 1, N, N, 2, N, N, 3, N, N, 4, N, N, 5,
        N, N, 6, N, N, 7, N, N, 8, N, N, 9, N, N, 10, N,
        N, 11, N, N, 12, N, N, 13, N, N, 14, N, N, 15, N, N,
        N, 0, N, N, 1, N, N, 2, N, N, 3, N, N, 4, N, N,
        5, N, N, 6, N, N, 7, N, N, 8, N, N, 9, N, N, 10,
        N, N, 11, N, N, 12, N, N, 13, N, N, 14, N, N, 15, N,
        N, N, 0, N, N, 1, N, N, 2, N, N, 3, N, N, 4, N,
        N, 5, N, N, 6, N, N, 7, N, N, 8, N, N, 9, N, N,
        10, N, N, 11, N, N, 12, N, N, 13, N, N, 14, N, N, 15,
    ];

    public override int Lanes => T.Count;

    public override void Transform(ReadOnlySpan<short> coefficients, ReadOnlySpan<short> quantization, Span<byte> samples, int stride)
    {
        var size = BlockSize * T.Count;
        for (; coefficients.Length >= size; coefficients = coefficients[size..], samples = samples[(8 * T.Count)..])
        {
            if (!VectorTransform<T>.TryTransform(coefficients, quantization, samples, stride))
            {
                PlainTransform.Transform(coefficients, quantization, samples, stride, T.Count);
            }
        }
    }

    public override void Weigh(ReadOnlySpan<byte> near, ReadOnlySpan<byte> far, Span<short> sums, int count)
    {
        for (var i = 0; i < count; i += 8 * T.Count)
        {
            var sample = T.Widen(near[i..]);
            T.Add(T.Add(T.ShiftLeft(sample, 1), sample), T.Widen(far[i..])).Store(sums[i..]);
        }
    }

    public override void Widen(ReadOnlySpan<byte> samples, Span<short> words, int count)
    {
        for (var i = 0; i < count; i += 8 * T.Count)
        {
            T.Widen(samples[i..]).Store(words[i..]);
        }
    }

    public override void Double(ReadOnlySpan<short> sums, Span<byte> samples, int count, short even, short odd, int shift)
    {
        var (evenRounding, oddRounding) = (T.Words(even), T.Words(odd));
        for (var i = 0; i < count; i += 8 * T.Count)
        {
            var sum = T.Load(sums[(i + 1)..]);
            var triple = T.Add(T.ShiftLeft(sum, 1), sum);
            var first = T.ShiftRight(T.Add(T.Add(triple, T.Load(sums[i..])), evenRounding), shift);
            var second = T.ShiftRight(T.Add(T.Add(triple, T.Load(sums[(i + 2)..])), oddRounding), shift);
            (first | T.ShiftLeft(second, 8)).Store(samples[(2 * i)..]);
        }
    }

    public override void Mix(ReadOnlySpan<byte> near, ReadOnlySpan<byte> far, Span<byte> samples, int count, short rounding)
    {
        var (zero, round) = (T.Words(0), T.Words(rounding));
        for (var i = 0; i < count; i += 16 * T.Count)
        {
            var (a, b) = (T.Load(near[i..]), T.Load(far[i..]));
            var low = Mixed(T.ZipLowBytes(a, zero), T.ZipLowBytes(b, zero), round);
            var high = Mixed(T.ZipHighBytes(a, zero), T.ZipHighBytes(b, zero), round);
            T.PackUnsigned(low, high).Store(samples[i..]);
        }
    }

    public override void Convert(ReadOnlySpan<byte> luma, ReadOnlySpan<byte> blueness, ReadOnlySpan<byte> redness, Span<byte> pixels)
    {
        Span<byte> beyond = stackalloc byte[48 * T.Count];
        for (; !pixels.IsEmpty; luma = luma[(16 * T.Count)..], blueness = blueness[(16 * T.Count)..], redness = redness[(16 * T.Count)..])
        {
            var (red, green, blue) = VectorColor<T>.Convert(T.Load(luma), T.Load(blueness), T.Load(redness));
            pixels = Store(red, green, blue, pixels, beyond);
        }
    }

    public override void Interleave(ReadOnlySpan<byte> red, ReadOnlySpan<byte> green, ReadOnlySpan<byte> blue, Span<byte> pixels)
    {
        Span<byte> beyond = stackalloc byte[48 * T.Count];
        for (; !pixels.IsEmpty; red = red[(16 * T.Count)..], green = green[(16 * T.Count)..], blue = blue[(16 * T.Count)..])
        {
            pixels = Store(T.Load(red), T.Load(green), T.Load(blue), pixels, beyond);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Mixed(T near, T far, T rounding) =>
        T.ShiftRight(T.Add(T.Add(T.Add(T.ShiftLeft(near, 1), near), far), rounding), 2);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Span<byte> Store(T red, T green, T blue, Span<byte> pixels, scoped Span<byte> beyond)
    {
        var (first, second, third) = (Turn(red, green, blue, 0), Turn(red, green, blue, 1), Turn(red, green, blue, 2));
        if (pixels.Length >= beyond.Length)
        {
            T.StoreInTurns(first, second, third, pixels);
            return pixels[beyond.Length..];
        }

        T.StoreInTurns(first, second, third, beyond);
        beyond[..pixels.Length].CopyTo(pixels);
        return [];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Turn(T red, T green, T blue, int part) =>
        T.Shuffle(red, T.Repeat(Turns[(16 * part)..]))
        | T.Shuffle(green, T.Repeat(Turns[(16 * (part + 3))..]))
        | T.Shuffle(blue, T.Repeat(Turns[(16 * (part + 6))..]));
}
