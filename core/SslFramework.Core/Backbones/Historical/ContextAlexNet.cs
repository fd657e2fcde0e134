namespace SslFramework.Core.Backbones.Historical;

/// <summary>
/// The network of context prediction up to <c>fc6</c>: an <see cref="AlexNet"/> for patches of 96 pixels, with Caffe's pools (which round
/// up), local response norm in the first two layers, and batch norm without scale and shift in the others. Doersch et al.
/// 2015, https://arxiv.org/abs/1505.05192
/// </summary>
public sealed class ContextAlexNet : AlexNet
{
    /// <summary>Builds the network for the data's channels.</summary>
    public ContextAlexNet(DataInfo data)
        : base("context-alexnet", Options, data, ByNumber, NamesOf(Options))
    {
    }

    /// <summary>The options of <c>alexnet</c> that give this network.</summary>
    public static AlexNetOptions Options { get; } = new()
    {
        Pads = [5, 2, 1, 1, 1],
        Groups = [1, 1, 1, 1, 1],
        BatchNorm = [3, 4, 5, 6],
        BatchNormScale = false,
        FullyConnected = [4096],
        FullyConnectedSide = 3, // what patches of 96 pixels give
        Dropout = 0,
    };
}
