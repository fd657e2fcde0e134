using static TorchSharp.torch.nn.functional;

namespace SslFramework.Plugins.ContextEncoder;

/// <summary>The losses of context encoders, as in the authors' code.</summary>
public static class InpaintingLoss
{
    /// <summary>The mean of the weighted squared errors.</summary>
    /// <param name="prediction">[N, C, h, w].</param>
    /// <param name="target">[N, C, h, w].</param>
    /// <param name="weights">Broadcast over them.</param>
    public static Tensor Reconstruction(Tensor prediction, Tensor target, Tensor weights) =>
        ((prediction - target).square() * weights).mean();

    /// <summary>Weights of a square: 1, and more in its border.</summary>
    /// <returns>[1, 1, h, w].</returns>
    public static Tensor BorderWeights(Tensor square, int border, double weight)
    {
        var (h, w) = (square.shape[2], square.shape[3]);
        var weights = full([1, 1, h, w], weight, square.dtype, square.device);
        weights.narrow(2, border, h - (2 * border)).narrow(3, border, w - (2 * border)).fill_(1);
        return weights;
    }

    /// <summary>What the discriminator minimizes: it calls real squares real, and made ones made.</summary>
    /// <param name="real">Logits, [N, 1].</param>
    /// <param name="made">Logits, [N, 1].</param>
    public static Tensor Discriminator(Tensor real, Tensor made) =>
        binary_cross_entropy_with_logits(real, ones_like(real)) + binary_cross_entropy_with_logits(made, zeros_like(made));

    /// <summary>What the generator minimizes: its squares are called real.</summary>
    /// <param name="made">Logits, [N, 1].</param>
    public static Tensor Generator(Tensor made) => binary_cross_entropy_with_logits(made, ones_like(made));
}
