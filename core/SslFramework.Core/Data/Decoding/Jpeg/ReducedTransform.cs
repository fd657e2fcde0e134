using System.Runtime.Intrinsics;

namespace SslFramework.Core.Data.Decoding.Jpeg;

/// <summary>
/// The inverse transform to 4, 2 or 1 samples per side of a block instead of 8: each is the mean of a square of those that the whole
/// transform makes, before they are rounded and cut off at black and white.
/// </summary>
internal static class ReducedTransform
{
    private const int BlockSide = 8;
    private const int WeightBits = 11;
    private const int KeptBits = 2; // of the fraction, between the two passes

    private static readonly Vector256<int>[][] Weights = [[], MeansOf(1), MeansOf(2), [], MeansOf(4)];

    /// <summary>Dequantizes and transforms blocks that lie side by side.</summary>
    /// <param name="coefficients">Those of whole vectors of blocks.</param>
    /// <param name="quantization">The steps of the coefficients.</param>
    /// <param name="samples">Receives so many rows as a side has samples.</param>
    /// <param name="stride">Samples from row to row.</param>
    /// <param name="lanes">Blocks whose rows lie together.</param>
    /// <param name="side">Samples per side of a block: 4, 2 or 1.</param>
    public static void Transform(
        ReadOnlySpan<short> coefficients, ReadOnlySpan<short> quantization, Span<byte> samples, int stride, int lanes, int side)
    {
        var row = BlockSide * lanes;
        for (var block = 0; block * BlockSide * BlockSide < coefficients.Length; block++)
        {
            var first = (block / lanes * BlockSide * row) + (block % lanes * BlockSide);
            Transform(coefficients[first..], row, quantization, samples[(block * side)..], stride, Weights[side]);
        }
    }

    private static void Transform(
        ReadOnlySpan<short> block, int row, ReadOnlySpan<short> quantization, Span<byte> samples, int stride, Vector256<int>[] weights)
    {
        Span<Vector256<int>> down = stackalloc Vector256<int>[weights.Length];
        down.Clear();
        for (var v = 0; v < BlockSide; v++)
        {
            var levels = Vector128.Create(block.Slice(v * row, BlockSide));
            if (levels == Vector128<short>.Zero)
            {
                continue; // as most rows of high frequencies are
            }

            var (low, high) = Vector128.Widen(levels * Vector128.Create(quantization.Slice(v * BlockSide, BlockSide)));
            var dequantized = Vector256.Create(low, high);
            for (var y = 0; y < down.Length; y++)
            {
                down[y] += dequantized * weights[y][v];
            }
        }

        for (var y = 0; y < down.Length; y++)
        {
            var line = Rounded(down[y], WeightBits - KeptBits);
            for (var x = 0; x < weights.Length; x++)
            {
                var level = (Vector256.Sum(line * weights[x]) + (1 << (WeightBits + KeptBits - 1))) >> (WeightBits + KeptBits);
                samples[(y * stride) + x] = (byte)(Math.Clamp(level, -128, 127) + 128);
            }
        }
    }

    private static Vector256<int> Rounded(Vector256<int> numbers, int bits) => (numbers + Vector256.Create(1 << (bits - 1))) >> bits;

    // By sample, the part of each coefficient in the mean of its samples of the whole transform
    private static Vector256<int>[] MeansOf(int side)
    {
        var of = BlockSide / side;
        return [.. Enumerable.Range(0, side).Select(sample => Vector256.Create(
            [.. Enumerable.Range(0, BlockSide).Select(k => (int)Math.Round(Mean(sample, k) * (1 << WeightBits)))]))];

        double Mean(int sample, int k) => Enumerable.Range(sample * of, of)
            .Average(x => (k == 0 ? Math.Sqrt(0.5) : 1) / 2 * Math.Cos(((2 * x) + 1) * k * Math.PI / (2 * BlockSide)));
    }
}
