namespace SslFramework.Core.Optimization;

/// <summary>
/// Lower layers learn more slowly: layer i of n has decay^(n − i) of the rate, and the classifier all of it. BEiT,
/// https://arxiv.org/abs/2106.08254; numbered as MAE does, where a transformer's final norm counts as the classifier's.
/// </summary>
public static class LayerDecay
{
    /// <summary>Every parameter of a backbone with its part of the learning rate and its weight decay.</summary>
    /// <param name="backbone">Its layers are numbered from the input on.</param>
    /// <param name="decay">Above 0, at most 1.</param>
    /// <param name="weightDecay">Of weight matrices. Biases, norms, tokens and positions have none.</param>
    public static IReadOnlyList<TunedParameter> Of(IBackbone backbone, double decay, double weightDecay)
    {
        var names = backbone.Module.named_parameters().ToDictionary(p => p.parameter.Handle, p => p.name);
        var top = backbone.Layers.Count - (EndsWithNorm(backbone) ? 1 : 0);
        return [.. backbone.Layers.SelectMany((layer, i) => layer.Parameters.Select(parameter => new TunedParameter(
            names[parameter.Handle], parameter, Math.Pow(decay, top - Math.Min(i, top)), Decays(parameter) ? weightDecay : 0)))];
    }

    /// <summary>Whether the last layer is nothing but a norm.</summary>
    internal static bool EndsWithNorm(IBackbone backbone) =>
        backbone.Layers.Count > 0 && backbone.Layers[^1].Parameters.All(parameter => parameter.dim() == 1);

    /// <summary>Not biases and norms [D], nor tokens and positions [1, L, D].</summary>
    private static bool Decays(Parameter parameter) =>
        parameter.dim() > 1 && !(parameter.dim() == 3 && parameter.shape[0] == 1);
}

/// <summary>How one parameter is fine-tuned.</summary>
/// <param name="Name">In the state dict.</param>
/// <param name="Value">The parameter.</param>
/// <param name="Scale">Its part of the learning rate.</param>
/// <param name="WeightDecay">Its weight decay.</param>
public sealed record TunedParameter(string Name, Parameter Value, double Scale, double WeightDecay);
