using static TorchSharp.torch.nn.functional;

namespace SslFramework.Plugins.BiGAN;

/// <summary>
/// What the networks minimize, given a discriminator's scores of real pairs (x, E(x)) and of made pairs (G(z), z), [N, scores].
/// </summary>
public static class AdversarialLoss
{
    /// <summary>BiGAN's discriminator calls real pairs real, and made ones made.</summary>
    public static Tensor Discriminator(Tensor real, Tensor made) => Calls(real, made, real: 1);

    /// <summary>BiGAN's encoder and generator want to hear the opposite.</summary>
    public static Tensor Generator(Tensor real, Tensor made) => Calls(real, made, real: 0);

    /// <summary>BigBiGAN's discriminator raises scores of real pairs above 1, and lowers those of made ones below −1.</summary>
    public static Tensor HingeDiscriminator(Tensor real, Tensor made) => ((1 - real).relu() + (1 + made).relu()).sum([1]).mean();

    /// <summary>BigBiGAN's encoder lowers the scores of real pairs, and its generator raises those of made ones.</summary>
    public static Tensor HingeGenerator(Tensor real, Tensor made) => (real - made).sum([1]).mean();

    private static Tensor Calls(Tensor logits, Tensor made, double real) =>
        (binary_cross_entropy_with_logits(logits, full_like(logits, real))
            + binary_cross_entropy_with_logits(made, full_like(made, 1 - real))) / 2;
}
