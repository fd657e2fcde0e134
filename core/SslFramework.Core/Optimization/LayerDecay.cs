namespace SslFramework.Core.Optimization;

/// <summary>
/// Lower layers learn more slowly: layer i of n has decay^(n − i) of the rate, and the classifier all of it. BEiT,
/// https://arxiv.org/abs/2106.08254; numbered as MAE does, where a transformer's final norm counts as the classifier's.
/// </summary>
public static class LayerDecay
{
    /// <summary>
    /// Every parameter of a backbone, lowest layer first, with its share of the learning rate. Weight matrices decay; biases, norms, tokens
    /// and positions do not.
    /// </summary>
    /// <param name="backbone">The backbone, whose layers are numbered from the input.</param>
    /// <param name="decay">The factor per layer, above 0, at most 1.</param>
    public static NamedParameters Of(IBackbone backbone, double decay)
    {
        var names = backbone.Module.named_parameters().ToDictionary(p => p.parameter.Handle, p => p.name);
        var top = backbone.Layers.Count - (EndsWithNorm(backbone) ? 1 : 0);
        var all = backbone.Layers.SelectMany((layer, i) => layer.Parameters.Select(parameter => (
            Name: names[parameter.Handle],
            Value: parameter,
            Factors: new ParameterFactors(Math.Pow(decay, top - Math.Min(i, top)), Decays(parameter) ? 1 : 0)))).ToList();
        return new([.. all.Select(p => (p.Name, p.Value))]) { Factors = all.ToDictionary(p => p.Name, p => p.Factors) };
    }

    /// <summary>Whether the last layer is nothing but a norm.</summary>
    internal static bool EndsWithNorm(IBackbone backbone) =>
        backbone.Layers.Count > 0 && backbone.Layers[^1].Parameters.All(parameter => parameter.dim() == 1);

    /// <summary>Whether it is none of biases and norms [D], tokens and positions [1, L, D].</summary>
    private static bool Decays(Parameter parameter) =>
        parameter.dim() > 1 && !(parameter.dim() == 3 && parameter.shape[0] == 1);
}
