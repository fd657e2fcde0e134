using TorchSharp.Modules;

namespace SslFramework.Plugins.BiGAN;

/// <summary>
/// BigBiGAN's discriminator: F sees images, H codes, and J what F and H give; each of the three has a score of its own.
/// </summary>
internal sealed class BigbiganDiscriminator : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly ModuleList<nn.Module<Tensor, Tensor>> images; // F
    private readonly Sequential codes; // H
    private readonly Sequential pairs; // J
    private readonly SpectralLayer imageScore;
    private readonly SpectralLayer codeScore;
    private readonly SpectralLayer pairScore;

    public BigbiganDiscriminator(ViewShape image, int codeDimension, int width, int hidden)
        : base(nameof(BigbiganDiscriminator))
    {
        var doublings = ImageSizes.Start(image).Doublings;
        int[] channels = [image.Channels, .. Enumerable.Range(0, doublings).Select(i => width << i)];
        images = nn.ModuleList<nn.Module<Tensor, Tensor>>(
            [.. Enumerable.Range(1, doublings).Select(i => new DownBlock(channels[i - 1], channels[i], isFirst: i == 1))]);
        codes = Layers(codeDimension, hidden);
        pairs = Layers(channels[^1] + hidden, hidden);
        imageScore = SpectralLayer.Linear(channels[^1], 1);
        (codeScore, pairScore) = (SpectralLayer.Linear(hidden, 1), SpectralLayer.Linear(hidden, 1));
        RegisterComponents();
    }

    /// <summary>[N, C, h, w] and [N, D] → scores of the image, the code and both together, [N, 3].</summary>
    public override Tensor forward(Tensor images, Tensor codes)
    {
        var maps = this.images.Aggregate(images, (x, block) => block.call(x)).relu(); // [N, c, h, w]

        // A plain sum, as BigGAN's, would be so much larger than what H gives that J could not see codes; this one enlarges no difference.
        var f = maps.sum([2, 3]) / Math.Sqrt(maps.shape[2] * maps.shape[3]); // [N, c]
        var h = this.codes.call(codes); // [N, hidden]
        var j = pairs.call(cat([f.AtLeastFloat32(), h.AtLeastFloat32()], 1)); // [N, hidden]
        return cat([imageScore.call(f), codeScore.call(h), pairScore.call(j)], 1);
    }

    private static Sequential Layers(long inputs, long hidden) =>
        nn.Sequential(SpectralLayer.Linear(inputs, hidden), nn.ReLU(), SpectralLayer.Linear(hidden, hidden), nn.ReLU());

    private sealed class DownBlock : nn.Module<Tensor, Tensor>
    {
        private readonly SpectralLayer conv1;
        private readonly SpectralLayer conv2;
        private readonly SpectralLayer shortcut;
        private readonly bool isFirst;

        public DownBlock(int inputs, int outputs, bool isFirst)
            : base(nameof(DownBlock))
        {
            this.isFirst = isFirst;
            (conv1, conv2) = (SpectralLayer.Convolution(inputs, outputs, 3), SpectralLayer.Convolution(outputs, outputs, 3));
            shortcut = SpectralLayer.Convolution(inputs, outputs, 1);
            RegisterComponents();
        }

        public override Tensor forward(Tensor maps)
        {
            var x = conv2.call(conv1.call(isFirst ? maps : maps.relu()).relu()); // pixels have no ReLU before them
            return Halved(x) + shortcut.call(Halved(maps));
        }

        private static Tensor Halved(Tensor maps) => nn.functional.avg_pool2d(maps, 2);
    }
}
