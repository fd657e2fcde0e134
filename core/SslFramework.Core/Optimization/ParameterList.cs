namespace SslFramework.Core.Optimization;

/// <summary>Parameters, their gradients and their names, as lists side by side.</summary>
internal sealed record ParameterList(string[] Names, Tensor[] Weights, Tensor[] Gradients)
{
    public static ParameterList Of(IEnumerable<(string Name, Tensor Weight, Tensor Gradient)> parameters)
    {
        var all = parameters.ToArray();
        return new([.. all.Select(p => p.Name)], [.. all.Select(p => p.Weight)], [.. all.Select(p => p.Gradient)]);
    }
}

/// <summary>Which of its parameters an optimizer's step moves.</summary>
public static class ParametersWithGradient
{
    /// <summary>The parameters that have a gradient, with it. A step leaves the others alone: no decay, no momentum.</summary>
    public static IEnumerable<(string Name, Tensor Weight, Tensor Gradient)> WithGradient(this NamedParameters parameters)
    {
        foreach (var (name, weight) in parameters.Items)
        {
            if (weight.grad is { } gradient)
            {
                yield return (name, weight, gradient);
            }
        }
    }
}
