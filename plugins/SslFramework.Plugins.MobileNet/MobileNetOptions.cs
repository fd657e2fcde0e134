using System.ComponentModel.DataAnnotations;
using SslFramework.Core.Backbones.Residual;

namespace SslFramework.Plugins.MobileNet;

/// <summary>Options of <c>mobilenet-v3-small</c> and <c>mobilenet-v3-large</c>.</summary>
public sealed record MobileNetOptions
{
    /// <summary>Stride of the first convolution; 1 for images of about 32 pixels.</summary>
    [Range(1, 2)]
    public int StemStride { get; init; } = 2;

    /// <summary>Multiplies the channels of every layer, which are then rounded to a multiple of 8.</summary>
    [Range(0.05, 16)]
    public double WidthMultiplier { get; init; } = 1;

    /// <summary>Channels of the images; null takes those of the data.</summary>
    [Range(1, 1024)]
    public int? Channels { get; init; }

    /// <summary>How maps are normalized.</summary>
    public NormalizationOptions Normalization { get; init; } = new();

    /// <summary>What is added to the variance in normalizations; timm's weights were trained with 1e-5.</summary>
    [Range(1e-12, 1)]
    public double NormEpsilon { get; init; } = 1e-3;

    /// <summary>The part that a batch has in the running statistics of batch norm.</summary>
    [Range(0, 1)]
    public double NormMomentum { get; init; } = 0.01;

    /// <summary>
    /// The probability that training skips the branch of the last block; it grows linearly from 0 at the first. Huang et al. 2016,
    /// https://arxiv.org/abs/1603.09382
    /// </summary>
    [Range(0, 0.99)]
    public double DropPath { get; init; }

    /// <summary>
    /// Whether activations inside blocks are computed again for the gradient instead of kept: less memory for a third more time.
    /// </summary>
    public bool Recompute { get; init; }

    internal nn.Module<Tensor, Tensor> Norm(int channels) => Normalization.Create(channels, NormEpsilon, NormMomentum);

    /// <summary>The multiple of 8 that is nearest to so many channels, multiplied, and not below nine tenths of them.</summary>
    internal int Channel(int channels) => Divisible(channels * WidthMultiplier);

    internal static int Divisible(double channels)
    {
        const int Divisor = 8;
        var nearest = Math.Max(Divisor, (int)(channels + (Divisor / 2)) / Divisor * Divisor);
        return nearest < 0.9 * channels ? nearest + Divisor : nearest;
    }
}
