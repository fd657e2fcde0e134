using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using V = System.Runtime.Intrinsics.Vector128<short>;

namespace SslFramework.Core.Data.Decoding.Jpeg.Vectors;

/// <summary>One lane: SSE2 and Arm's NEON. What .NET has no common name for is one instruction on both, or composed of others.</summary>
internal readonly struct Lanes128(V value) : ILanes<Lanes128>
{
    private readonly V value = value;

    public static bool IsSupported => Vector128.IsHardwareAccelerated;

    public static int Count => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Load(ReadOnlySpan<short> words) => new(Vector128.Create(words));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Load(ReadOnlySpan<byte> bytes) => new(Vector128.Create(bytes).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Widen(ReadOnlySpan<byte> bytes) =>
        new(Vector128.WidenLower(Vector64.Create(bytes).ToVector128Unsafe()).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Repeat(ReadOnlySpan<short> words) => Load(words);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Repeat(ReadOnlySpan<byte> bytes) => Load(bytes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Words(short value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Ints(int value) => new(Vector128.Create(value).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyAbove(Lanes128 words, short limit) =>
        Vector128.GreaterThanAny(Vector128.Abs(words.value).AsUInt16(), Vector128.Create((ushort)limit));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsZero(Lanes128 bits) => bits.value == V.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator |(Lanes128 a, Lanes128 b) => new(a.value | b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator ^(Lanes128 a, Lanes128 b) => new(a.value ^ b.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Add(Lanes128 words, Lanes128 others) => new(words.value + others.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Subtract(Lanes128 words, Lanes128 others) => new(words.value - others.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Multiply(Lanes128 words, Lanes128 others) => new(words.value * others.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 MultiplyHigh(Lanes128 words, Lanes128 others)
    {
        if (Sse2.IsSupported)
        {
            return new(Sse2.MultiplyHigh(words.value, others.value));
        }

        var (low, high) = Products(words.value, others.value);
        return new(Vector128.Narrow(low >> 16, high >> 16));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 MultiplyPairs(Lanes128 words, Lanes128 others)
    {
        if (Sse2.IsSupported)
        {
            return new(Sse2.MultiplyAddAdjacent(words.value, others.value).AsInt16());
        }

        // The even products lie in the lower halves of numbers of 32 bits, the odd ones in the upper halves.
        var (a, b) = (words.value.AsInt32(), others.value.AsInt32());
        return new((((a << 16 >> 16) * (b << 16 >> 16)) + ((a >> 16) * (b >> 16))).AsInt16());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 ShiftLeft(Lanes128 words, int bits) => new(words.value << bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 ShiftRight(Lanes128 words, int bits) => new(words.value >> bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 AddInts(Lanes128 a, Lanes128 b) => new((a.value.AsInt32() + b.value.AsInt32()).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 SubtractInts(Lanes128 a, Lanes128 b) => new((a.value.AsInt32() - b.value.AsInt32()).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 ShiftRightInts(Lanes128 ints, int bits) => new((ints.value.AsInt32() >> bits).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 PackInts(Lanes128 low, Lanes128 high) =>
        new(Vector128.NarrowWithSaturation(low.value.AsInt32(), high.value.AsInt32()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 PackSigned(Lanes128 low, Lanes128 high) => new(Vector128.NarrowWithSaturation(low.value, high.value).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 PackUnsigned(Lanes128 low, Lanes128 high) => new((Sse2.IsSupported
        ? Sse2.PackUnsignedSaturate(low.value, high.value)
        : Vector128.NarrowWithSaturation(AtLeast0(low.value), AtLeast0(high.value))).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Shuffle(Lanes128 bytes, Lanes128 numbers) => new((Ssse3.IsSupported
        ? Ssse3.Shuffle(bytes.value.AsByte(), numbers.value.AsByte())
        : Vector128.Shuffle(bytes.value.AsByte(), numbers.value.AsByte())).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 ZipLowBytes(Lanes128 a, Lanes128 b) => new((
        Sse2.IsSupported ? Sse2.UnpackLow(a.value.AsByte(), b.value.AsByte())
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(a.value.AsByte(), b.value.AsByte())
        : (Vector128.WidenLower(a.value.AsByte()) | (Vector128.WidenLower(b.value.AsByte()) << 8)).AsByte()).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 ZipHighBytes(Lanes128 a, Lanes128 b) => new((
        Sse2.IsSupported ? Sse2.UnpackHigh(a.value.AsByte(), b.value.AsByte())
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(a.value.AsByte(), b.value.AsByte())
        : (Vector128.WidenUpper(a.value.AsByte()) | (Vector128.WidenUpper(b.value.AsByte()) << 8)).AsByte()).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 ZipLowWords(Lanes128 a, Lanes128 b) => new(
        Sse2.IsSupported ? Sse2.UnpackLow(a.value, b.value)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(a.value, b.value)
        : (Vector128.WidenLower(a.value.AsUInt16()) | (Vector128.WidenLower(b.value.AsUInt16()) << 16)).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 ZipHighWords(Lanes128 a, Lanes128 b) => new(
        Sse2.IsSupported ? Sse2.UnpackHigh(a.value, b.value)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(a.value, b.value)
        : (Vector128.WidenUpper(a.value.AsUInt16()) | (Vector128.WidenUpper(b.value.AsUInt16()) << 16)).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 ZipLowInts(Lanes128 a, Lanes128 b) => new((
        Sse2.IsSupported ? Sse2.UnpackLow(a.value.AsUInt32(), b.value.AsUInt32())
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(a.value.AsUInt32(), b.value.AsUInt32())
        : (Vector128.WidenLower(a.value.AsUInt32()) | (Vector128.WidenLower(b.value.AsUInt32()) << 32)).AsUInt32()).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 ZipHighInts(Lanes128 a, Lanes128 b) => new((
        Sse2.IsSupported ? Sse2.UnpackHigh(a.value.AsUInt32(), b.value.AsUInt32())
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(a.value.AsUInt32(), b.value.AsUInt32())
        : (Vector128.WidenUpper(a.value.AsUInt32()) | (Vector128.WidenUpper(b.value.AsUInt32()) << 32)).AsUInt32()).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 ZipLowLongs(Lanes128 a, Lanes128 b) => new(Vector128.Create(a.value.GetLower(), b.value.GetLower()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 ZipHighLongs(Lanes128 a, Lanes128 b) => new(Vector128.Create(a.value.GetUpper(), b.value.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreInTurns(Lanes128 first, Lanes128 second, Lanes128 third, Span<byte> bytes)
    {
        bytes = bytes[..48];
        first.Store(bytes);
        second.Store(bytes[16..]);
        third.Store(bytes[32..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(Span<short> words) => value.CopyTo(words);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(Span<byte> bytes) => value.AsByte().CopyTo(bytes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreRows(Span<byte> lower, Span<byte> upper)
    {
        value.AsByte().GetLower().CopyTo(lower);
        value.AsByte().GetUpper().CopyTo(upper);
    }

    private static Vector128<ushort> AtLeast0(V words) => Vector128.Max(words, V.Zero).AsUInt16();

    private static (Vector128<int> Low, Vector128<int> High) Products(V a, V b) =>
        (Vector128.WidenLower(a) * Vector128.WidenLower(b), Vector128.WidenUpper(a) * Vector128.WidenUpper(b));
}
