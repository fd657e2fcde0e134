using System.Diagnostics;
using System.Globalization;
using SslFramework.Core.Tensors;

namespace SslFramework.Benchmarks;

/// <summary>What this libtorch can reach on this machine, measured as peer/peak.py does for the peer's.</summary>
internal static class PeakSpeed
{
    private const int Side = 2048;
    private const int Tries = 6;

    /// <summary>GFLOP/s: products of matrices and convolutions in fp32, then in bf16.</summary>
    public static string Measure(int threads)
    {
        set_num_threads(threads);
        var numbers = new List<double>();
        foreach (var type in new[] { float32, bfloat16 })
        {
            using var scope = NewDisposeScope();
            using var gradient = no_grad();
            var (a, b) = (randn(Side, Side).to(type), randn(Side, Side).to(type));
            var (maps, kernel) = (ChannelsLast.Of(randn(16, 64, 56, 56).to(type)), ChannelsLast.Of(randn(64, 64, 3, 3).to(type)));
            numbers.Add(2 * Math.Pow(Side, 3) / Best(() => a.mm(b)));
            numbers.Add(2.0 * 16 * 56 * 56 * 64 * 64 * 9 / Best(() => nn.functional.conv2d(maps, kernel, padding: [1L, 1])));
        }

        return Text([.. numbers.Select(number => $"{number / 1e9:F0}")]);
    }

    /// <summary>The same of the peer: what peak.py printed.</summary>
    public static string OfPeer(string printed)
    {
        var words = printed.Trim().Split('\n')[^1].Split(' ');
        return $"{Text(words[..4])} (PyTorch {words[4]})";
    }

    private static string Text(string[] n) =>
        string.Create(CultureInfo.InvariantCulture, $"products {n[0]} GFLOP/s in fp32, {n[2]} in bf16; convolutions {n[1]} and {n[3]}");

    private static double Best(Func<Tensor> work)
    {
        var best = double.MaxValue;
        for (var i = 0; i < Tries; i++)
        {
            var start = Stopwatch.GetTimestamp();
            work().Dispose();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return best;
    }
}
