using System.Globalization;

namespace SslFramework.Core.Processors;

/// <summary>
/// How far one convolution of libtorch is from plain loops in float64: the largest error as a share of the largest value.
/// </summary>
/// <param name="Name">Channels, kernel and layout.</param>
/// <param name="Type">float32 or bfloat16.</param>
/// <param name="Output">Error of the output.</param>
/// <param name="Input">Error of the input's gradient.</param>
/// <param name="Weight">Error of the weights' gradient.</param>
internal sealed record CheckedConvolution(string Name, ScalarType Type, double Output, double Input, double Weight)
{
    /// <summary>Whether all three are within rounding.</summary>
    public bool IsRight => Largest < (Type == ScalarType.BFloat16 ? 2e-2 : 1e-4);

    private double Largest => Math.Max(Output, Math.Max(Input, Weight)); // NaN if one is

    /// <summary>Formats the result for use in a sentence.</summary>
    public override string ToString() =>
        $"{Name}, {(Type == ScalarType.BFloat16 ? "bfloat16" : "float32")}: {(IsRight ? "right" : "wrong")}, {Size}";

    private string Size => Largest == 0 ? "without any error"
        : double.IsNaN(Largest) ? "there is NaN in it"
        : string.Create(CultureInfo.InvariantCulture, $"the largest error is {Largest:0.#e-0} of the largest value");
}
