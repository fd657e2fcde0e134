using TorchSharp.Modules;

namespace SslFramework.Plugins.CPC;

/// <summary>
/// Gathers what the patches at a place and above it say: residual blocks of masked convolutions, so that nothing from a row below reaches
/// it. Hénaff et al. 2019, https://arxiv.org/abs/1905.09272, appendix
/// </summary>
internal sealed class MaskedContext : nn.Module<Tensor, Tensor>
{
    private readonly ModuleList<Sequential> blocks;

    /// <summary>Makes the network.</summary>
    /// <param name="channels">Channels of input and output.</param>
    /// <param name="width">Channels inside a block.</param>
    /// <param name="count">Number of blocks.</param>
    public MaskedContext(int channels, int width, int count)
        : base(nameof(MaskedContext))
    {
        blocks = new([.. Enumerable.Range(0, count).Select(_ => nn.Sequential(
            ("narrow", nn.Conv2d(channels, width, 1)),
            ("relu", nn.ReLU(inplace: true)),
            ("sides", nn.Conv2d(width, width, (1, 3), padding: (0, 1))),
            ("top", nn.ZeroPad2d((0, 0, 1, 0))), // a row of zeros above: the next layer sees a row and the one above it
            ("above", nn.Conv2d(width, width, (2, 1))),
            ("relu2", nn.ReLU(inplace: true)),
            ("widen", nn.Conv2d(width, channels, 1))))]);
        RegisterComponents();
    }

    /// <summary>[N, D, R, S] → [N, D, R, S].</summary>
    public override Tensor forward(Tensor z) => blocks.Aggregate(z, (x, block) => x + block.call(x)).relu();
}
