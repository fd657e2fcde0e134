namespace SslFramework.Engine.Evaluation.FineTuning;

/// <summary>
/// Fills a rectangle of some images with noise, 2 to 33 % of the image, as timm in its mode "pixel". Zhong et al. 2017,
/// https://arxiv.org/abs/1708.04896
/// </summary>
internal static class RandomErasing
{
    private const int Attempts = 10;
    private const double SmallestArea = 0.02;
    private const double LargestArea = 1 / 3.0;
    private static readonly double LogAspect = Math.Log(1 / 0.3);

    /// <summary>Erases in place.</summary>
    /// <param name="images">Normalised, [N, C, H, W].</param>
    /// <param name="probability">How often an image is changed.</param>
    /// <param name="seed">Of the evaluation.</param>
    /// <param name="step">Which step.</param>
    public static void Apply(Tensor images, double probability, int seed, long step)
    {
        using var scope = NewDisposeScope();
        var (height, width) = ((int)images.shape[2], (int)images.shape[3]);
        for (var n = 0; n < images.shape[0]; n++)
        {
            var random = new SampleRandom((ulong)seed, (ulong)step, (ulong)n, 1);
            if (random.NextBool(probability) && Rectangle(height, width, ref random) is { } box)
            {
                using var noise = new Generator(random.NextBits());
                images[n, .., box.Top..(box.Top + box.Height), box.Left..(box.Left + box.Width)] =
                    randn([images.shape[1], box.Height, box.Width], generator: noise).to(images.device);
            }
        }
    }

    private static (int Top, int Left, int Height, int Width)? Rectangle(int height, int width, ref SampleRandom random)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var area = random.NextDouble(SmallestArea, LargestArea) * height * width;
            var aspect = Math.Exp(random.NextDouble(-LogAspect, LogAspect));
            var (h, w) = ((int)Math.Round(Math.Sqrt(area * aspect)), (int)Math.Round(Math.Sqrt(area / aspect)));
            if (h > 0 && w > 0 && h < height && w < width)
            {
                return (random.Next(height - h + 1), random.Next(width - w + 1), h, w);
            }
        }

        return null;
    }
}
