namespace SslFramework.Core.Optimization;

/// <summary>Parameters that a step moves alike, their gradients and their names, as parallel lists.</summary>
/// <param name="Factors">How they are trained, relative to the others.</param>
/// <param name="Decays">Whether weight decay shrinks them.</param>
/// <param name="Names">Their names in the state dict.</param>
/// <param name="Weights">The parameters.</param>
/// <param name="Gradients">Their gradients.</param>
internal sealed record ParameterList(ParameterFactors Factors, bool Decays, string[] Names, Tensor[] Weights, Tensor[] Gradients)
{
    /// <summary>Groups the parameters that have a gradient.</summary>
    /// <param name="parameters">The optimizer's.</param>
    /// <param name="decays">Whether weight decay shrinks one.</param>
    public static IEnumerable<ParameterList> Of(NamedParameters parameters, Func<MovedParameter, bool> decays) =>
        parameters.WithGradient().GroupBy(p => (p.Factors, Decays: decays(p))).Select(group => new ParameterList(
            group.Key.Factors,
            group.Key.Decays,
            [.. group.Select(p => p.Name)],
            [.. group.Select(p => p.Weight)],
            [.. group.Select(p => p.Gradient)]));
}
