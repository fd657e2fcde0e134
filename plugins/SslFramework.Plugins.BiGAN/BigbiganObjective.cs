using Linear = TorchSharp.Modules.Linear;

namespace SslFramework.Plugins.BiGAN;

/// <summary>
/// BigBiGAN: BiGAN with residual networks, whose discriminator also scores images alone and codes alone, and whose codes are drawn from a
/// distribution that the encoder gives. Donahue and Simonyan 2019, https://arxiv.org/abs/1907.02544
/// </summary>
public sealed class BigbiganObjective : AdversarialObjective
{
    private const int OwnStream = 1000; // random numbers that no other code draws

    private readonly BigbiganGenerator generator;
    private readonly BigbiganDiscriminator discriminator;
    private readonly Linear encoder; // on top of the backbone, to the means and deviations of a code
    private readonly int codeDimension;

    /// <summary>Builds the objective.</summary>
    /// <exception cref="ExperimentException">The views cannot be generated.</exception>
    public BigbiganObjective(BigbiganOptions options, IBackboneFactory backbones, DataInfo data)
        : base("bigbigan", options, backbones, data, options.DiscriminatorSteps)
    {
        codeDimension = options.CodeDimension;
        generator = new BigbiganGenerator(Image, codeDimension, options.GeneratorWidth);
        discriminator = new BigbiganDiscriminator(Image, codeDimension, options.DiscriminatorWidth, options.HiddenDimension);
        encoder = nn.Linear(FeatureLength, 2 * codeDimension);
        RegisterComponents();
    }

    /// <inheritdoc/>
    protected internal override nn.Module<Tensor, Tensor> Generator => generator;

    /// <inheritdoc/>
    protected internal override nn.Module<Tensor, Tensor, Tensor> Discriminator => discriminator;

    /// <summary>Normal, by Box and Muller's way: each number of two uniform ones.</summary>
    protected internal override Tensor Noise(ViewBatch batch, StepRandom random, int stream)
    {
        var uniform = random.Uniform(batch, 2 * codeDimension, stream); // [N, 2·D], below 1
        var (first, second) = (uniform.narrow(1, 0, codeDimension), uniform.narrow(1, codeDimension, codeDimension));
        return (-2 * (1 - first).log()).sqrt() * (2 * Math.PI * second).cos();
    }

    /// <summary>Draws each code from the normal distribution that the encoder gives for its image.</summary>
    protected internal override Tensor Encode(ViewBatch batch, StepRandom random)
    {
        var halves = encoder.call(Features(batch)).AtLeastFloat32().chunk(2, 1);
        return halves[0] + (nn.functional.softplus(halves[1]) * Noise(batch, random, OwnStream).to(halves[0].dtype));
    }

    /// <inheritdoc/>
    protected internal override Tensor Judged(Tensor real, Tensor made) => AdversarialLoss.HingeDiscriminator(real, made);

    /// <inheritdoc/>
    protected internal override Tensor Deceived(Tensor real, Tensor made) => AdversarialLoss.HingeGenerator(real, made);
}
