using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using V = System.Runtime.Intrinsics.Vector256<short>;

namespace SslFramework.Core.Data.Decoding.Jpeg.Vectors;

/// <summary>Two lanes: AVX2.</summary>
internal readonly struct Lanes256(V value) : ILanes<Lanes256>
{
    private readonly V value = value;

    public static bool IsSupported => Avx2.IsSupported;

    public static int Count => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Load(ReadOnlySpan<short> words) => new(Vector256.Create(words));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Load(ReadOnlySpan<byte> bytes) => new(Vector256.Create(bytes).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Widen(ReadOnlySpan<byte> bytes) => new(Avx2.ConvertToVector256Int16(Vector128.Create(bytes)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Repeat(ReadOnlySpan<short> words) => new(Vector256.Create(Vector128.Create(words)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Repeat(ReadOnlySpan<byte> bytes) => new(Vector256.Create(Vector128.Create(bytes)).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Words(short value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Ints(int value) => new(Vector256.Create(value).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyAbove(Lanes256 words, short limit) =>
        Vector256.GreaterThanAny(Vector256.Abs(words.value).AsUInt16(), Vector256.Create((ushort)limit));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsZero(Lanes256 bits) => bits.value == V.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator |(Lanes256 a, Lanes256 b) => new(a.value | b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator ^(Lanes256 a, Lanes256 b) => new(a.value ^ b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Add(Lanes256 words, Lanes256 others) => new(words.value + others.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Subtract(Lanes256 words, Lanes256 others) => new(words.value - others.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Multiply(Lanes256 words, Lanes256 others) => new(words.value * others.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 MultiplyHigh(Lanes256 words, Lanes256 others) => new(Avx2.MultiplyHigh(words.value, others.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 MultiplyPairs(Lanes256 words, Lanes256 others) =>
        new(Avx2.MultiplyAddAdjacent(words.value, others.value).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 ShiftLeft(Lanes256 words, int bits) => new(words.value << bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 ShiftRight(Lanes256 words, int bits) => new(words.value >> bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 AddInts(Lanes256 a, Lanes256 b) => new((a.value.AsInt32() + b.value.AsInt32()).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 SubtractInts(Lanes256 a, Lanes256 b) => new((a.value.AsInt32() - b.value.AsInt32()).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 ShiftRightInts(Lanes256 ints, int bits) => new((ints.value.AsInt32() >> bits).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 PackInts(Lanes256 low, Lanes256 high) =>
        new(Avx2.PackSignedSaturate(low.value.AsInt32(), high.value.AsInt32()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 PackSigned(Lanes256 low, Lanes256 high) => new(Avx2.PackSignedSaturate(low.value, high.value).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 PackUnsigned(Lanes256 low, Lanes256 high) => new(Avx2.PackUnsignedSaturate(low.value, high.value).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Shuffle(Lanes256 bytes, Lanes256 numbers) =>
        new(Avx2.Shuffle(bytes.value.AsByte(), numbers.value.AsByte()).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 ZipLowBytes(Lanes256 a, Lanes256 b) => new(Avx2.UnpackLow(a.value.AsByte(), b.value.AsByte()).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 ZipHighBytes(Lanes256 a, Lanes256 b) => new(Avx2.UnpackHigh(a.value.AsByte(), b.value.AsByte()).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 ZipLowWords(Lanes256 a, Lanes256 b) => new(Avx2.UnpackLow(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 ZipHighWords(Lanes256 a, Lanes256 b) => new(Avx2.UnpackHigh(a.value, b.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 ZipLowInts(Lanes256 a, Lanes256 b) => new(Avx2.UnpackLow(a.value.AsInt32(), b.value.AsInt32()).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 ZipHighInts(Lanes256 a, Lanes256 b) => new(Avx2.UnpackHigh(a.value.AsInt32(), b.value.AsInt32()).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 ZipLowLongs(Lanes256 a, Lanes256 b) => new(Avx2.UnpackLow(a.value.AsInt64(), b.value.AsInt64()).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 ZipHighLongs(Lanes256 a, Lanes256 b) => new(Avx2.UnpackHigh(a.value.AsInt64(), b.value.AsInt64()).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreInTurns(Lanes256 first, Lanes256 second, Lanes256 third, Span<byte> bytes)
    {
        var (a, b, c) = (first.value.AsByte(), second.value.AsByte(), third.value.AsByte());
        bytes = bytes[..(48 * Count)];
        a.GetLower().CopyTo(bytes);
        b.GetLower().CopyTo(bytes[16..]);
        c.GetLower().CopyTo(bytes[32..]);
        a.GetUpper().CopyTo(bytes[48..]);
        b.GetUpper().CopyTo(bytes[64..]);
        c.GetUpper().CopyTo(bytes[80..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(Span<short> words) => value.CopyTo(words);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(Span<byte> bytes) => value.AsByte().CopyTo(bytes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreRows(Span<byte> lower, Span<byte> upper)
    {
        var rows = Avx2.Permute4x64(value.AsInt64(), 0b11_01_10_00).AsByte();
        rows.GetLower().CopyTo(lower);
        rows.GetUpper().CopyTo(upper);
    }
}
