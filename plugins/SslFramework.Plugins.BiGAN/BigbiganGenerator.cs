using TorchSharp.Modules;

namespace SslFramework.Plugins.BiGAN;

/// <summary>
/// BigGAN's generator without classes: residual blocks that double the size, whose batch norms get scale and shift from the code. Brock et
/// al. 2019, https://arxiv.org/abs/1809.11096
/// </summary>
internal sealed class BigbiganGenerator : nn.Module<Tensor, Tensor>
{
    private readonly SpectralLayer start;
    private readonly ModuleList<UpBlock> blocks;
    private readonly BatchNorm2d norm;
    private readonly SpectralLayer last;
    private readonly long[] shape; // of the first maps

    public BigbiganGenerator(ViewShape image, int codeDimension, int width)
        : base(nameof(BigbiganGenerator))
    {
        var (h, w, doublings) = ImageSizes.Start(image);
        int[] channels = [.. Enumerable.Range(0, doublings + 1).Select(i => width << Math.Max(0, doublings - 1 - i))];
        shape = [-1, channels[0], h, w];
        start = SpectralLayer.Linear(codeDimension, channels[0] * h * w);
        blocks = nn.ModuleList<UpBlock>([.. channels[1..].Zip(channels, (next, before) => new UpBlock(before, next, codeDimension))]);
        norm = nn.BatchNorm2d(width);
        last = SpectralLayer.Convolution(width, image.Channels, 3);
        RegisterComponents();
    }

    /// <summary>[N, D] → [N, C, h, w] from −1 to 1.</summary>
    public override Tensor forward(Tensor codes)
    {
        var x = start.call(codes).view(shape);
        foreach (var block in blocks)
        {
            x = block.call(x, codes);
        }

        return last.call(norm.call(x).relu()).tanh();
    }

    private static Tensor Doubled(Tensor maps) => nn.functional.interpolate(maps, scale_factor: [2, 2]);

    private sealed class UpBlock : nn.Module<Tensor, Tensor, Tensor>
    {
        private readonly CodeNorm norm1;
        private readonly SpectralLayer conv1;
        private readonly CodeNorm norm2;
        private readonly SpectralLayer conv2;
        private readonly SpectralLayer shortcut;

        public UpBlock(int inputs, int outputs, int codeDimension)
            : base(nameof(UpBlock))
        {
            (norm1, conv1) = (new CodeNorm(inputs, codeDimension), SpectralLayer.Convolution(inputs, outputs, 3));
            (norm2, conv2) = (new CodeNorm(outputs, codeDimension), SpectralLayer.Convolution(outputs, outputs, 3));
            shortcut = SpectralLayer.Convolution(inputs, outputs, 1);
            RegisterComponents();
        }

        public override Tensor forward(Tensor maps, Tensor codes)
        {
            var x = conv1.call(Doubled(norm1.call(maps, codes).relu()));
            return conv2.call(norm2.call(x, codes).relu()) + Doubled(shortcut.call(maps)); // 1×1, so that it may come first
        }
    }

    private sealed class CodeNorm : nn.Module<Tensor, Tensor, Tensor>
    {
        private readonly BatchNorm2d norm;
        private readonly SpectralLayer gain;
        private readonly SpectralLayer shift;

        public CodeNorm(int channels, int codeDimension)
            : base(nameof(CodeNorm))
        {
            norm = nn.BatchNorm2d(channels, affine: false);
            (gain, shift) = (SpectralLayer.Linear(codeDimension, channels, false), SpectralLayer.Linear(codeDimension, channels, false));
            RegisterComponents();
        }

        public override Tensor forward(Tensor maps, Tensor codes) =>
            (norm.call(maps) * (1 + Spread(gain.call(codes)))) + Spread(shift.call(codes));

        private static Tensor Spread(Tensor values) => values.unsqueeze(2).unsqueeze(3); // [N, c, 1, 1]
    }
}
