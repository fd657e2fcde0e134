using Linear = TorchSharp.Modules.Linear;

namespace SslFramework.Plugins.BiGAN;

/// <summary>
/// BiGAN: an encoder learns to invert a generator, because a discriminator of images together with their codes tells them apart otherwise.
/// Donahue, Krähenbühl and Darrell 2017, https://arxiv.org/abs/1605.09782
/// </summary>
public sealed class BiganObjective : AdversarialObjective
{
    private readonly BiganGenerator generator;
    private readonly BiganDiscriminator discriminator;
    private readonly Linear encoder; // on top of the backbone, to a code
    private readonly int codeDimension;

    /// <summary>Builds the objective.</summary>
    /// <exception cref="ExperimentException">The views cannot be generated.</exception>
    public BiganObjective(BiganOptions options, IBackboneFactory backbones, DataInfo data)
        : base("bigan", options, backbones, data, discriminatorSteps: 1)
    {
        codeDimension = options.CodeDimension;
        generator = new BiganGenerator(Image, codeDimension, options.GeneratorWidth);
        discriminator = new BiganDiscriminator(Image, codeDimension, options.DiscriminatorWidth, options.DiscriminatorUnits);
        encoder = nn.Linear(FeatureLength, codeDimension, hasBias: false);
        nn.init.normal_(encoder.weight, 0, BiganWeights.Deviation);
        RegisterComponents();
    }

    /// <inheritdoc/>
    protected internal override nn.Module<Tensor, Tensor> Generator => generator;

    /// <inheritdoc/>
    protected internal override nn.Module<Tensor, Tensor, Tensor> Discriminator => discriminator;

    /// <summary>Uniform between −1 and 1.</summary>
    protected internal override Tensor Noise(ViewBatch batch, StepRandom random, int stream) =>
        (random.Uniform(batch, codeDimension, stream) * 2) - 1;

    /// <summary>Between −1 and 1, as random codes are: the discriminator would tell them apart by their range otherwise.</summary>
    protected internal override Tensor Encode(ViewBatch batch, StepRandom random) => encoder.call(Features(batch)).tanh();

    /// <inheritdoc/>
    protected internal override Tensor Judged(Tensor real, Tensor made) => AdversarialLoss.Discriminator(real, made);

    /// <inheritdoc/>
    protected internal override Tensor Deceived(Tensor real, Tensor made) => AdversarialLoss.Generator(real, made);
}
