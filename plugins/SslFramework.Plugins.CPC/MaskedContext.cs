using TorchSharp.Modules;

namespace SslFramework.Plugins.CPC;

/// <summary>
/// Gathers what the patches at a place and above it say: residual blocks of masked convolutions, so that nothing from a row below reaches
/// it. Hénaff et al. 2019, https://arxiv.org/abs/1905.09272, appendix
/// </summary>
internal sealed class MaskedContext : nn.Module<Tensor, Tensor>
{
    private readonly ModuleList<Block> blocks;

    /// <summary>Makes the network.</summary>
    /// <param name="channels">Channels of input and output.</param>
    /// <param name="width">Channels inside a block.</param>
    /// <param name="count">Number of blocks.</param>
    public MaskedContext(int channels, int width, int count)
        : base(nameof(MaskedContext))
    {
        blocks = new([.. Enumerable.Range(0, count).Select(_ => new Block(channels, width))]);
        RegisterComponents();
    }

    /// <summary>[N, D, R, S] → [N, D, R, S].</summary>
    public override Tensor forward(Tensor z) => blocks.Aggregate(z, (x, block) => block.call(x)).relu();

    private sealed class Block : nn.Module<Tensor, Tensor>
    {
        private readonly Conv2d narrow;
        private readonly Conv2d sides;
        private readonly Conv2d above;
        private readonly Conv2d widen;

        public Block(int channels, int width)
            : base(nameof(Block))
        {
            narrow = nn.Conv2d(channels, width, 1);
            sides = nn.Conv2d(width, width, (1, 3), padding: (0, 1));
            above = nn.Conv2d(width, width, (2, 1));
            widen = nn.Conv2d(width, channels, 1);
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            using var scope = NewDisposeScope();
            var rows = sides.call(narrow.call(x).relu_());
            rows = above.call(nn.functional.pad(rows, [0, 0, 1, 0])).relu_(); // a row of zeros on top: this row and the one above
            return (x + widen.call(rows)).MoveToOuterDisposeScope();
        }
    }
}
