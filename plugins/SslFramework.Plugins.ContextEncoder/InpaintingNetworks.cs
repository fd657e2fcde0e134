using TorchSharp.Modules;

namespace SslFramework.Plugins.ContextEncoder;

/// <summary>The networks beside the backbone; both are discarded after pretraining.</summary>
internal static class InpaintingNetworks
{
    private const double Slope = 0.2;
    private const int SmallestMap = 4;

    /// <summary>
    /// Makes pixels of maps: places are mixed within channels, then channels within places, and up-convolutions double the size again and
    /// again. They are followed by one convolution, so that a decoder without a doubling works as well.
    /// </summary>
    /// <param name="maps">Shape of the backbone's maps, [1, C, h, w].</param>
    /// <param name="target">The shape to reach.</param>
    /// <param name="width">Channels at the size of the maps.</param>
    /// <exception cref="ExperimentException">The size cannot be reached by doubling.</exception>
    public static Sequential Decoder(long[] maps, ViewShape target, int width)
    {
        var (h, w) = (maps[2], maps[3]);
        var decoder = nn.Sequential(new ChannelwiseLinear(maps[1], h * w), nn.Conv2d(maps[1], width, 1, bias: false));
        decoder.append(nn.BatchNorm2d(width)).append(nn.ReLU(inplace: true));
        for (; h < target.Height && w < target.Width; (h, w, width) = (2 * h, 2 * w, Math.Max(1, width / 2)))
        {
            var next = Math.Max(1, width / 2);
            decoder.append(nn.ConvTranspose2d(width, next, 4, stride: 2, padding: 1, bias: false));
            decoder.append(nn.BatchNorm2d(next)).append(nn.ReLU(inplace: true));
        }

        return (h, w) == (target.Height, target.Width)
            ? decoder.append(nn.Conv2d(width, target.Channels, 3, padding: 1)).append(nn.Tanh())
            : throw new ExperimentException(
                FailureKind.Config,
                $"Maps of {maps[2]}×{maps[3]}, which the backbone's last layer gives, cannot be doubled to the "
                + $"{target.Height}×{target.Width} pixels to predict; crop views of another size, such as 64 or 128.");
    }

    /// <summary>Tells real squares from made ones: strided convolutions, down to one logit.</summary>
    public static Sequential Discriminator(ViewShape square, int width)
    {
        var (h, w, input) = (square.Height / 2, square.Width / 2, width);
        var layers = nn.Sequential(nn.Conv2d(square.Channels, width, 4, stride: 2, padding: 1), nn.LeakyReLU(Slope, inplace: true));
        for (; Math.Min(h, w) > SmallestMap; (h, w, input) = (h / 2, w / 2, 2 * input))
        {
            layers.append(nn.Conv2d(input, 2 * input, 4, stride: 2, padding: 1, bias: false));
            layers.append(nn.BatchNorm2d(2 * input)).append(nn.LeakyReLU(Slope, inplace: true));
        }

        return layers.append(nn.Flatten()).append(nn.Linear(input * h * w, 1));
    }
}
