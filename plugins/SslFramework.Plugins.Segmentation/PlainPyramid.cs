namespace SslFramework.Plugins.Segmentation;

/// <summary>
/// Makes maps of four sizes from four of one size: four times and twice as fine, as they are, and half as fine. As BEiT's
/// segmentation does, https://arxiv.org/abs/2106.08254
/// </summary>
internal sealed class PlainPyramid : nn.Module
{
    private readonly nn.Module<Tensor, Tensor> finest;
    private readonly nn.Module<Tensor, Tensor> finer;

    /// <summary>Makes the layers.</summary>
    /// <param name="channels">Channels of each map, which they keep.</param>
    public PlainPyramid(int channels)
        : base("pyramid")
    {
        finest = nn.Sequential(
            nn.ConvTranspose2d(channels, channels, 2, stride: 2),
            nn.BatchNorm2d(channels),
            nn.GELU(),
            nn.ConvTranspose2d(channels, channels, 2, stride: 2));
        finer = nn.ConvTranspose2d(channels, channels, 2, stride: 2);
        RegisterComponents();
    }

    /// <summary>Maps [N, C, h, w] each → those of 4h, 2h, h and h / 2 rows.</summary>
    public IReadOnlyList<Tensor> Of(IReadOnlyList<Tensor> maps) =>
        [finest.call(maps[0]), finer.call(maps[1]), maps[2], nn.functional.max_pool2d(maps[3], 2)];
}
