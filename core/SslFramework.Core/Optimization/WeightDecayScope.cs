namespace SslFramework.Core.Optimization;

/// <summary>Which parameters weight decay shrinks.</summary>
public enum WeightDecayScope
{
    /// <summary>Every parameter that has a gradient, biases and norms included (MoCo v1 and v3).</summary>
    All,

    /// <summary>
    /// All but one-dimensional tensors and biases (MAE). A class or mask token has three dimensions and decays.
    /// </summary>
    ExceptOneDimensional,
}

internal static class WeightDecayScopes
{
    public static bool Covers(this WeightDecayScope scope, string name, Tensor parameter) =>
        scope == WeightDecayScope.All
        || (parameter.dim() > 1 && name != "bias" && !name.EndsWith(".bias", StringComparison.Ordinal));
}
