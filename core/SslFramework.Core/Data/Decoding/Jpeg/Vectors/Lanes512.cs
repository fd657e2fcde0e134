using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using V = System.Runtime.Intrinsics.Vector512<short>;

namespace SslFramework.Core.Data.Decoding.Jpeg.Vectors;

/// <summary>Four lanes: AVX-512.</summary>
internal readonly struct Lanes512(V value) : ILanes<Lanes512>
{
    private readonly V value = value;

    public static bool IsSupported => Vector512.IsHardwareAccelerated && Avx512BW.IsSupported;

    public static int Count => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Load(ReadOnlySpan<short> words) => new(Vector512.Create(words));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Load(ReadOnlySpan<byte> bytes) => new(Vector512.Create(bytes).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Widen(ReadOnlySpan<byte> bytes) => new(Avx512BW.ConvertToVector512Int16(Vector256.Create(bytes)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Repeat(ReadOnlySpan<short> words) => new(Vector512.Create(Vector256.Create(Vector128.Create(words))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Repeat(ReadOnlySpan<byte> bytes) => new(Vector512.Create(Vector256.Create(Vector128.Create(bytes))).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Words(short value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Ints(int value) => new(Vector512.Create(value).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyAbove(Lanes512 words, short limit) =>
        Vector512.GreaterThanAny(Vector512.Abs(words.value).AsUInt16(), Vector512.Create((ushort)limit));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsZero(Lanes512 bits) => bits.value == V.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator |(Lanes512 a, Lanes512 b) => new(a.value | b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator ^(Lanes512 a, Lanes512 b) => new(a.value ^ b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Add(Lanes512 words, Lanes512 others) => new(words.value + others.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Subtract(Lanes512 words, Lanes512 others) => new(words.value - others.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Multiply(Lanes512 words, Lanes512 others) => new(words.value * others.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 MultiplyHigh(Lanes512 words, Lanes512 others) => new(Avx512BW.MultiplyHigh(words.value, others.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 MultiplyPairs(Lanes512 words, Lanes512 others) =>
        new(Avx512BW.MultiplyAddAdjacent(words.value, others.value).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 ShiftLeft(Lanes512 words, int bits) => new(words.value << bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 ShiftRight(Lanes512 words, int bits) => new(words.value >> bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 AddInts(Lanes512 a, Lanes512 b) => new((a.value.AsInt32() + b.value.AsInt32()).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 SubtractInts(Lanes512 a, Lanes512 b) => new((a.value.AsInt32() - b.value.AsInt32()).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 ShiftRightInts(Lanes512 ints, int bits) => new((ints.value.AsInt32() >> bits).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 PackInts(Lanes512 low, Lanes512 high) =>
        new(Avx512BW.PackSignedSaturate(low.value.AsInt32(), high.value.AsInt32()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 PackSigned(Lanes512 low, Lanes512 high) => new(Avx512BW.PackSignedSaturate(low.value, high.value).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 PackUnsigned(Lanes512 low, Lanes512 high) => new(Avx512BW.PackUnsignedSaturate(low.value, high.value).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Shuffle(Lanes512 bytes, Lanes512 numbers) =>
        new(Avx512BW.Shuffle(bytes.value.AsByte(), numbers.value.AsByte()).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 ZipLowBytes(Lanes512 a, Lanes512 b) => new(Avx512BW.UnpackLow(a.value.AsByte(), b.value.AsByte()).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 ZipHighBytes(Lanes512 a, Lanes512 b) => new(Avx512BW.UnpackHigh(a.value.AsByte(), b.value.AsByte()).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 ZipLowWords(Lanes512 a, Lanes512 b) => new(Avx512BW.UnpackLow(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 ZipHighWords(Lanes512 a, Lanes512 b) => new(Avx512BW.UnpackHigh(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 ZipLowInts(Lanes512 a, Lanes512 b) => new(Avx512F.UnpackLow(a.value.AsInt32(), b.value.AsInt32()).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 ZipHighInts(Lanes512 a, Lanes512 b) => new(Avx512F.UnpackHigh(a.value.AsInt32(), b.value.AsInt32()).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 ZipLowLongs(Lanes512 a, Lanes512 b) => new(Avx512F.UnpackLow(a.value.AsInt64(), b.value.AsInt64()).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 ZipHighLongs(Lanes512 a, Lanes512 b) => new(Avx512F.UnpackHigh(a.value.AsInt64(), b.value.AsInt64()).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreInTurns(Lanes512 first, Lanes512 second, Lanes512 third, Span<byte> bytes)
    {
        var (a, b, c) = (first.value.AsByte(), second.value.AsByte(), third.value.AsByte());
        bytes = bytes[..(48 * Count)];
        a.GetLower().GetLower().CopyTo(bytes);
        b.GetLower().GetLower().CopyTo(bytes[16..]);
        c.GetLower().GetLower().CopyTo(bytes[32..]);
        a.GetLower().GetUpper().CopyTo(bytes[48..]);
        b.GetLower().GetUpper().CopyTo(bytes[64..]);
        c.GetLower().GetUpper().CopyTo(bytes[80..]);
        a.GetUpper().GetLower().CopyTo(bytes[96..]);
        b.GetUpper().GetLower().CopyTo(bytes[112..]);
        c.GetUpper().GetLower().CopyTo(bytes[128..]);
        a.GetUpper().GetUpper().CopyTo(bytes[144..]);
        b.GetUpper().GetUpper().CopyTo(bytes[160..]);
        c.GetUpper().GetUpper().CopyTo(bytes[176..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(Span<short> words) => value.CopyTo(words);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(Span<byte> bytes) => value.AsByte().CopyTo(bytes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreRows(Span<byte> lower, Span<byte> upper)
    {
        var rows = Avx512F.PermuteVar8x64(value.AsInt64(), Vector512.Create(0L, 2, 4, 6, 1, 3, 5, 7)).AsByte();
        rows.GetLower().CopyTo(lower);
        rows.GetUpper().CopyTo(upper);
    }
}
