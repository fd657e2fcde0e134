namespace SslFramework.Core.Backbones.Historical;

/// <summary>
/// The convolutions of the jigsaw puzzles' <see cref="AlexNet"/>, for tiles of 64 pixels: a stride of 2 in the first layer, and no fully
/// connected ones. Noroozi and Favaro 2016, https://arxiv.org/abs/1603.09246
/// </summary>
public sealed class JigsawAlexNet : AlexNet
{
    /// <summary>Builds the network for the data's channels.</summary>
    public JigsawAlexNet(DataInfo data)
        : base("jigsaw-alexnet", Options, data, ByNumber, NamesOf(Options))
    {
    }

    /// <summary>The options of <c>alexnet</c> that give this network.</summary>
    public static AlexNetOptions Options { get; } = new()
    {
        Strides = [2, 1, 1, 1, 1],
        FullyConnected = [],
        Initialization = AlexNetInitialization.Krizhevsky,
    };
}
