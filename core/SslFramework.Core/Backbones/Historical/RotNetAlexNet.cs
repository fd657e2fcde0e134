using TorchSharp.Modules;

namespace SslFramework.Core.Backbones.Historical;

/// <summary>
/// The <see cref="AlexNet"/> of RotNet's ImageNet experiments: batch norm everywhere, no local response norm, dropout or groups.
/// State-dict keys are those of the authors' network without its classifier. Gidaris et al. 2018,
/// https://arxiv.org/abs/1803.07728
/// </summary>
public sealed class RotNetAlexNet : AlexNet
{
    /// <summary>Builds the network for the data's channels.</summary>
    public RotNetAlexNet(DataInfo data)
        : base("rotnet-alexnet", Options, data, AsTheAuthors, ["conv1", "conv2", "conv3", "conv4", "conv5", "fc"])
    {
    }

    /// <summary>The options of <c>alexnet</c> that give this network.</summary>
    public static AlexNetOptions Options { get; } = new()
    {
        Maps = [64, 192, 384, 256, 256],
        Pads = [2, 2, 1, 1, 1],
        Groups = [1, 1, 1, 1, 1],
        LocalResponseNorm = false,
        BatchNorm = [1, 2, 3, 4, 5, 6, 7],
        PoolsRoundUp = false,
        FullyConnectedKind = FullyConnectedKind.Linear,
        FullyConnectedBias = false,
        Dropout = 0,
        Initialization = AlexNetInitialization.Torch,
    };

    /// <summary>The gaps in the numbers are the authors' pools, flattening and ReLUs.</summary>
    private static IEnumerable<(string Name, nn.Module Module)> AsTheAuthors(IReadOnlyList<AlexNetLayer> layers)
    {
        var convolutions = new[] { "0", "2", "4", "5", "6" }
            .Select((name, i) => (name, (nn.Module<Tensor, Tensor>)nn.Sequential(layers[i].Weights, layers[i].Norm!)));
        var fullyConnected = nn.Sequential(
            ("1", layers[5].Weights), ("2", layers[5].Norm!), ("4", layers[6].Weights), ("5", layers[6].Norm!));
        return [("_feature_blocks", nn.Sequential([.. convolutions, ("8", fullyConnected)]))];
    }
}
