using System.Runtime.CompilerServices;
using SslFramework.Core.Data.Decoding.Jpeg.Vectors;

namespace SslFramework.Core.Data.Decoding.Jpeg;

/// <summary>
/// Color conversion of JFIF (ITU-T T.871) on vectors, with the bits of libjpeg's tables: R = Y + 1.402 Cr, G = Y - 0.34414 Cb - 0.71414 Cr,
/// B = Y + 1.772 Cb in 16-bit fixed point, rounded. Factors above a half have 1 or 2 taken away, which is added exactly afterwards.
/// </summary>
internal static class VectorColor<T>
    where T : struct, ILanes<T>
{
    /// <summary>Red, green and blue, bytes as the arguments are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (T Red, T Green, T Blue) Convert(T luma, T blueness, T redness)
    {
        var zero = T.Words(0);
        var low = ConvertWords(T.ZipLowBytes(luma, zero), T.ZipLowBytes(blueness, zero), T.ZipLowBytes(redness, zero));
        var high = ConvertWords(T.ZipHighBytes(luma, zero), T.ZipHighBytes(blueness, zero), T.ZipHighBytes(redness, zero));
        return (T.PackUnsigned(low.Red, high.Red), T.PackUnsigned(low.Green, high.Green), T.PackUnsigned(low.Blue, high.Blue));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (T Red, T Green, T Blue) ConvertWords(T luma, T blueness, T redness)
    {
        var (middle, one, half) = (T.Words(128), T.Words(1), T.Ints(1 << 15));
        var (cb, cr) = (T.Subtract(blueness, middle), T.Subtract(redness, middle));

        // The upper word of twice the product, plus 1, by 2, is the product rounded.
        var (cb2, cr2) = (T.Add(cb, cb), T.Add(cr, cr));
        var red = T.Add(T.ShiftRight(T.Add(T.MultiplyHigh(cr2, T.Words(26345)), one), 1), cr); // 1.402 - 1
        var blue = T.Add(T.ShiftRight(T.Add(T.MultiplyHigh(cb2, T.Words(-14942)), one), 1), cb2); // 1.772 - 2

        var factors = T.Ints((18734 << 16) | (-22554 & 0xFFFF)); // 1 - 0.71414 of Cr, and -0.34414 of Cb
        var greenLow = T.ShiftRightInts(T.AddInts(T.MultiplyPairs(T.ZipLowWords(cb, cr), factors), half), 16);
        var greenHigh = T.ShiftRightInts(T.AddInts(T.MultiplyPairs(T.ZipHighWords(cb, cr), factors), half), 16);
        var green = T.Subtract(T.PackInts(greenLow, greenHigh), cr);
        return (T.Add(luma, red), T.Add(luma, green), T.Add(luma, blue));
    }
}
