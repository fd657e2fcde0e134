namespace SslFramework.Core.Data.Decoding.Jpeg;

/// <summary>
/// The inverse transform without vectors: for processors that have none, and for coefficients that no real image has. Where those do not
/// fit into 16 bits, the result is what libjpeg-turbo's vectors make of them.
/// </summary>
internal static class PlainTransform
{
    private const int F0_298 = 2446, F0_390 = 3196, F0_541 = 4433, F0_765 = 6270, F0_899 = 7373, F1_175 = 9633;
    private const int F1_501 = 12299, F1_847 = 15137, F1_961 = 16069, F2_053 = 16819, F2_562 = 20995, F3_072 = 25172;

    /// <summary>Transforms blocks that lie together.</summary>
    /// <param name="coefficients">The first row of each block, then the second row of each, and so on.</param>
    /// <param name="quantization">The steps of the coefficients.</param>
    /// <param name="samples">Receives eight rows.</param>
    /// <param name="stride">Samples from row to row.</param>
    /// <param name="blocks">How many blocks there are.</param>
    public static void Transform(
        ReadOnlySpan<short> coefficients, ReadOnlySpan<short> quantization, Span<byte> samples, int stride, int blocks)
    {
        Span<short> block = stackalloc short[64];
        for (var b = 0; b < blocks; b++)
        {
            var isFlat = true; // down: below the first row there is nothing
            for (var i = 0; i < block.Length; i++)
            {
                var coefficient = coefficients[(i / 8 * 8 * blocks) + (8 * b) + (i % 8)];
                block[i] = (short)(coefficient * quantization[i]);
                isFlat &= i < 8 || coefficient == 0;
            }

            for (var x = 0; x < 8; x++)
            {
                if (isFlat)
                {
                    for (var y = 7; y >= 0; y--)
                    {
                        block[x + (8 * y)] = (short)(block[x] << 2);
                    }
                }
                else
                {
                    Pass(block[x..], 8, 11);
                }
            }

            for (var y = 0; y < 8; y++)
            {
                var row = block.Slice(8 * y, 8);
                Pass(row, 1, 18);
                for (var x = 0; x < 8; x++)
                {
                    samples[(y * stride) + (8 * b) + x] = (byte)(Math.Clamp((int)row[x], -128, 127) + 128);
                }
            }
        }
    }

    private static void Pass(Span<short> v, int step, int shift)
    {
        var (v0, v1, v2, v3) = ((int)v[0], (int)v[step], (int)v[2 * step], (int)v[3 * step]);
        var (v4, v5, v6, v7) = ((int)v[4 * step], (int)v[5 * step], (int)v[6 * step], (int)v[7 * step]);
        var even0 = ((short)(v0 + v4) << 13) + (1 << (shift - 1));
        var even1 = ((short)(v0 - v4) << 13) + (1 << (shift - 1));
        var even3 = (v2 * (F0_541 + F0_765)) + (v6 * F0_541);
        var even2 = (v2 * F0_541) + (v6 * (F0_541 - F1_847));
        var (e0, e3, e1, e2) = (even0 + even3, even0 - even3, even1 + even2, even1 - even2);

        int s3 = (short)(v3 + v7), s4 = (short)(v1 + v5);
        var z3 = (s3 * (F1_175 - F1_961)) + (s4 * F1_175);
        var z4 = (s3 * F1_175) + (s4 * (F1_175 - F0_390));
        var odd0 = (v7 * (F0_298 - F0_899)) - (v1 * F0_899) + z3;
        var odd3 = (v1 * (F1_501 - F0_899)) - (v7 * F0_899) + z4;
        var odd1 = (v5 * (F2_053 - F2_562)) - (v3 * F2_562) + z4;
        var odd2 = (v3 * (F3_072 - F2_562)) - (v5 * F2_562) + z3;
        (v[0], v[7 * step]) = (Short((e0 + odd3) >> shift), Short((e0 - odd3) >> shift));
        (v[step], v[6 * step]) = (Short((e1 + odd2) >> shift), Short((e1 - odd2) >> shift));
        (v[2 * step], v[5 * step]) = (Short((e2 + odd1) >> shift), Short((e2 - odd1) >> shift));
        (v[3 * step], v[4 * step]) = (Short((e3 + odd0) >> shift), Short((e3 - odd0) >> shift));
    }

    private static short Short(int value) => (short)Math.Clamp(value, short.MinValue, short.MaxValue);
}
