using System.ComponentModel.DataAnnotations;
using TorchSharp.Modules;

namespace SslFramework.Core.Backbones.Residual;

/// <summary>How a convolutional network normalizes its maps.</summary>
public sealed record NormalizationOptions
{
    /// <summary>The kind of normalization.</summary>
    public NormalizationKind Kind { get; init; }

    /// <summary>Groups that a batch is split into, for <see cref="NormalizationKind.SplitBatchNorm"/>; divides the batch size.</summary>
    [Range(1, 65536)]
    public int Splits { get; init; } = 8;

    /// <summary>Makes the normalization of maps [N, C, H, W].</summary>
    /// <param name="channels">C, at least 1.</param>
    /// <param name="epsilon">What is added to the variance, above 0.</param>
    /// <param name="momentum">The part that a batch has in the running statistics of batch norm, 0 to 1.</param>
    public nn.Module<Tensor, Tensor> Create(
        int channels, double epsilon = SplitBatchNorm2d.Epsilon, double momentum = SplitBatchNorm2d.Momentum) => Kind switch
        {
            NormalizationKind.SplitBatchNorm => new SplitBatchNorm2d(channels, Splits, epsilon, momentum),
            NormalizationKind.LayerNorm => LayerNorm(channels, epsilon),
            _ => nn.BatchNorm2d(channels, epsilon, momentum),
        };

    private static GroupNorm LayerNorm(int channels, double epsilon)
    {
        var norm = nn.GroupNorm(1, channels, epsilon);
        nn.init.ones_(norm.weight!); // TorchSharp leaves both as the memory was
        nn.init.zeros_(norm.bias!);
        return norm;
    }
}

/// <summary>Kinds of normalization.</summary>
public enum NormalizationKind
{
    /// <summary>Statistics of the whole batch.</summary>
    BatchNorm,

    /// <summary>Statistics of each group of the batch, as if each were on a device of its own: <see cref="SplitBatchNorm2d"/>.</summary>
    SplitBatchNorm,

    /// <summary>
    /// Statistics of each image over all its channels and places, so that no image sees another: one group of group norm.
    /// </summary>
    LayerNorm,
}
