using SslFramework.Core.Checkpoints;
using TorchSharp;

namespace SslFramework.Host.Evaluation;

/// <summary>Weights of a backbone in a file: safetensors or PyTorch's own, in any layout that is known.</summary>
internal static class WeightFile
{
    // Classifiers of supervised weights, which a backbone does not have.
    private static readonly string[] Heads = ["fc.", "head.", "heads."];

    /// <summary>Loads weights; what is no backbone's among them is left out.</summary>
    /// <exception cref="ExperimentException">The file cannot be read, or holds another network's weights.</exception>
    public static void Load(string path, IBackbone backbone)
    {
        using var scope = torch.NewDisposeScope();
        var (own, file) = (StateDict.Of(backbone.Module), ForeignWeights.ReadTensors(path));
        var weights = own.Keys.All(file.ContainsKey) || ForeignWeights.LayoutOf(file.Keys) is not { } layout
            ? file.Where(pair => own.ContainsKey(pair.Key) || !Heads.Any(head => pair.Key.StartsWith(head, StringComparison.Ordinal))).ToDictionary()
            : ForeignWeights.Of(file, path, layout).Tensors;
        StateDict.Load(backbone.Module, weights, source: path);
    }
}
