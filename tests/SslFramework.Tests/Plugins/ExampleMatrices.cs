using TorchSharp;

namespace SslFramework.Tests.Plugins;

/// <summary>Two matrices of 4 × 3 numbers that can be written down, for losses whose values for them are known.</summary>
internal static class ExampleMatrices
{
    /// <summary>3i + j − 4, float64.</summary>
    public static Tensor A => Of((i, j) => (3 * i) + j - 4);

    /// <summary>sin 0.7(3i + j), float64.</summary>
    public static Tensor B => Of((i, j) => Math.Sin(0.7 * ((3 * i) + j)));

    private static Tensor Of(Func<int, int, double> value) =>
        tensor(Enumerable.Range(0, 4).SelectMany(i => Enumerable.Range(0, 3).Select(j => value(i, j))).ToArray(), [4, 3]);
}
