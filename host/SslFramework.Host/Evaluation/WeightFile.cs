using SslFramework.Core.Checkpoints;

namespace SslFramework.Host.Evaluation;

/// <summary>Weights of a backbone in a safetensors file, with the keys of torchvision or timm.</summary>
internal static class WeightFile
{
    // Classifiers of supervised weights, which a backbone does not have.
    private static readonly string[] Heads = ["fc.", "head.", "heads."];

    /// <summary>Loads weights; a classifier among them is left out.</summary>
    /// <exception cref="ExperimentException">The file cannot be read, or holds another network's weights.</exception>
    public static void Load(string path, IBackbone backbone)
    {
        using var file = SafeTensors.Read(path);
        var own = StateDict.Of(backbone.Module);
        var weights = file.Tensors
            .Where(pair => own.ContainsKey(pair.Key) || !Heads.Any(head => pair.Key.StartsWith(head, StringComparison.Ordinal)))
            .ToDictionary();
        StateDict.Load(backbone.Module, weights, source: path);
    }
}
