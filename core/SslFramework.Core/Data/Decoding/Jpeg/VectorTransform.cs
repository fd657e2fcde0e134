using System.Runtime.CompilerServices;
using SslFramework.Core.Data.Decoding.Jpeg.Vectors;

namespace SslFramework.Core.Data.Decoding.Jpeg;

/// <summary>
/// The inverse transform on vectors: libjpeg's accurate one of integers (Loeffler, Ligtenberg and Moschytz 1989,
/// https://doi.org/10.1109/ICASSP.1989.266596), with products of pairs as in libjpeg-turbo's, so that the bits are the same. A vector holds
/// one row of each of its blocks.
/// </summary>
internal static class VectorTransform<T>
    where T : struct, ILanes<T>
{
    // 13 bits of fraction; the names say the factors.
    private const int F0_298 = 2446, F0_390 = 3196, F0_541 = 4433, F0_765 = 6270, F0_899 = 7373, F1_175 = 9633;
    private const int F1_501 = 12299, F1_847 = 15137, F1_961 = 16069, F2_053 = 16819, F2_562 = 20995, F3_072 = 25172;

    /// <summary>Transforms the blocks of one vector.</summary>
    /// <returns>False if a coefficient is too large for a real image: such blocks are made one by one, as libjpeg-turbo's.</returns>
    public static bool TryTransform(ReadOnlySpan<short> coefficients, ReadOnlySpan<short> quantization, Span<byte> samples, int stride)
    {
        var row = 8 * T.Count;
        coefficients = coefficients[..(8 * row)];
        quantization = quantization[..64];
        var a = T.Multiply(T.Load(coefficients), T.Repeat(quantization));
        if (T.AnyAbove(a, 8191))
        {
            return false;
        }

        var b = T.Multiply(T.Load(coefficients[row..]), T.Repeat(quantization[8..]));
        var c = T.Multiply(T.Load(coefficients[(2 * row)..]), T.Repeat(quantization[16..]));
        var d = T.Multiply(T.Load(coefficients[(3 * row)..]), T.Repeat(quantization[24..]));
        var e = T.Multiply(T.Load(coefficients[(4 * row)..]), T.Repeat(quantization[32..]));
        var f = T.Multiply(T.Load(coefficients[(5 * row)..]), T.Repeat(quantization[40..]));
        var g = T.Multiply(T.Load(coefficients[(6 * row)..]), T.Repeat(quantization[48..]));
        var h = T.Multiply(T.Load(coefficients[(7 * row)..]), T.Repeat(quantization[56..]));
        Pass(ref a, ref b, ref c, ref d, ref e, ref f, ref g, ref h, 11);
        Transpose(ref a, ref b, ref c, ref d, ref e, ref f, ref g, ref h);
        Pass(ref a, ref b, ref c, ref d, ref e, ref f, ref g, ref h, 18);
        Store(a, b, c, d, e, f, g, h, samples, stride);
        return true;
    }

    private static void Pass(ref T a, ref T b, ref T c, ref T d, ref T e, ref T f, ref T g, ref T h, int shift)
    {
        var (sum, difference, z3, z4) = (T.Add(a, e), T.Subtract(a, e), T.Add(d, h), T.Add(b, f));
        var zero = T.Words(0);
        var low = Half(
            T.ZipLowWords(zero, sum), T.ZipLowWords(zero, difference), T.ZipLowWords(c, g),
            T.ZipLowWords(z3, z4), T.ZipLowWords(h, b), T.ZipLowWords(f, d), shift);
        var high = Half(
            T.ZipHighWords(zero, sum), T.ZipHighWords(zero, difference), T.ZipHighWords(c, g),
            T.ZipHighWords(z3, z4), T.ZipHighWords(h, b), T.ZipHighWords(f, d), shift);
        a = T.PackInts(low.A, high.A);
        b = T.PackInts(low.B, high.B);
        c = T.PackInts(low.C, high.C);
        d = T.PackInts(low.D, high.D);
        e = T.PackInts(low.E, high.E);
        f = T.PackInts(low.F, high.F);
        g = T.PackInts(low.G, high.G);
        h = T.PackInts(low.H, high.H);
    }

    // Half of the columns, in 32 bits. Pairs of words: 2 and 6, z3 and z4, 7 and 1, 5 and 3.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (T A, T B, T C, T D, T E, T F, T G, T H) Half(T sum, T difference, T pair26, T pair34, T pair71, T pair53, int shift)
    {
        var rounding = T.Ints(1 << (shift - 1));
        var even0 = T.AddInts(T.ShiftRightInts(sum, 3), rounding); // 16 bits up when zipped, of which 13 stay
        var even1 = T.AddInts(T.ShiftRightInts(difference, 3), rounding);
        var even3 = T.MultiplyPairs(pair26, Factors(F0_541 + F0_765, F0_541));
        var even2 = T.MultiplyPairs(pair26, Factors(F0_541, F0_541 - F1_847));
        var (e0, e3) = (T.AddInts(even0, even3), T.SubtractInts(even0, even3));
        var (e1, e2) = (T.AddInts(even1, even2), T.SubtractInts(even1, even2));

        var z3 = T.MultiplyPairs(pair34, Factors(F1_175 - F1_961, F1_175));
        var z4 = T.MultiplyPairs(pair34, Factors(F1_175, F1_175 - F0_390));
        var odd0 = T.AddInts(T.MultiplyPairs(pair71, Factors(F0_298 - F0_899, -F0_899)), z3);
        var odd3 = T.AddInts(T.MultiplyPairs(pair71, Factors(-F0_899, F1_501 - F0_899)), z4);
        var odd1 = T.AddInts(T.MultiplyPairs(pair53, Factors(F2_053 - F2_562, -F2_562)), z4);
        var odd2 = T.AddInts(T.MultiplyPairs(pair53, Factors(-F2_562, F3_072 - F2_562)), z3);
        return (
            T.ShiftRightInts(T.AddInts(e0, odd3), shift),
            T.ShiftRightInts(T.AddInts(e1, odd2), shift),
            T.ShiftRightInts(T.AddInts(e2, odd1), shift),
            T.ShiftRightInts(T.AddInts(e3, odd0), shift),
            T.ShiftRightInts(T.SubtractInts(e3, odd0), shift),
            T.ShiftRightInts(T.SubtractInts(e2, odd1), shift),
            T.ShiftRightInts(T.SubtractInts(e1, odd2), shift),
            T.ShiftRightInts(T.SubtractInts(e0, odd3), shift));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Factors(int first, int second) => T.Ints((first & 0xFFFF) | (second << 16));

    private static void Transpose(ref T a, ref T b, ref T c, ref T d, ref T e, ref T f, ref T g, ref T h)
    {
        var (ab0, ab1, cd0, cd1) = (T.ZipLowWords(a, b), T.ZipHighWords(a, b), T.ZipLowWords(c, d), T.ZipHighWords(c, d));
        var (ef0, ef1, gh0, gh1) = (T.ZipLowWords(e, f), T.ZipHighWords(e, f), T.ZipLowWords(g, h), T.ZipHighWords(g, h));
        var (ad0, ad1, ad2, ad3) = (T.ZipLowInts(ab0, cd0), T.ZipHighInts(ab0, cd0), T.ZipLowInts(ab1, cd1), T.ZipHighInts(ab1, cd1));
        var (eh0, eh1, eh2, eh3) = (T.ZipLowInts(ef0, gh0), T.ZipHighInts(ef0, gh0), T.ZipLowInts(ef1, gh1), T.ZipHighInts(ef1, gh1));
        (a, b, c, d) = (T.ZipLowLongs(ad0, eh0), T.ZipHighLongs(ad0, eh0), T.ZipLowLongs(ad1, eh1), T.ZipHighLongs(ad1, eh1));
        (e, f, g, h) = (T.ZipLowLongs(ad2, eh2), T.ZipHighLongs(ad2, eh2), T.ZipLowLongs(ad3, eh3), T.ZipHighLongs(ad3, eh3));
    }

    // Vectors hold columns by now: they become bytes, and rows again.
    private static void Store(T a, T b, T c, T d, T e, T f, T g, T h, Span<byte> samples, int stride)
    {
        var middle = T.Ints(unchecked((int)0x80808080));
        var (ae, cg) = (T.PackSigned(a, e) ^ middle, T.PackSigned(c, g) ^ middle);
        var (bf, dh) = (T.PackSigned(b, f) ^ middle, T.PackSigned(d, h) ^ middle);
        var (ab, ef, cd, gh) = (T.ZipLowBytes(ae, bf), T.ZipHighBytes(ae, bf), T.ZipLowBytes(cg, dh), T.ZipHighBytes(cg, dh));
        var (ad0, ad1, eh0, eh1) = (T.ZipLowWords(ab, cd), T.ZipHighWords(ab, cd), T.ZipLowWords(ef, gh), T.ZipHighWords(ef, gh));
        T.ZipLowInts(ad0, eh0).StoreRows(samples, samples[stride..]);
        T.ZipHighInts(ad0, eh0).StoreRows(samples[(2 * stride)..], samples[(3 * stride)..]);
        T.ZipLowInts(ad1, eh1).StoreRows(samples[(4 * stride)..], samples[(5 * stride)..]);
        T.ZipHighInts(ad1, eh1).StoreRows(samples[(6 * stride)..], samples[(7 * stride)..]);
    }
}
