using SslFramework.Core.Backbones;
using SslFramework.Core.Diagnostics;

namespace SslFramework.Plugins.BiGAN;

/// <summary>
/// What BiGAN and BigBiGAN share: an encoder E that finds a code for each image x, a generator G that makes an image of each random code z,
/// and a discriminator of pairs (x, E(x)) and (G(z), z), which can only be deceived if E and G invert each other.
/// </summary>
public abstract class AdversarialObjective : PretextObjective<IBackbone>, IFigureSource
{
    private const int FigureColumns = 6;
    private readonly int discriminatorSteps;
    private readonly int pooledSide;

    /// <summary>Checks that pixels are colors from 0 to 1.</summary>
    /// <param name="name">The objective's, for errors.</param>
    /// <param name="options">The objective's.</param>
    /// <param name="backbones">Makes the encoder's backbone.</param>
    /// <param name="data">Says what the views are.</param>
    /// <param name="discriminatorSteps">Steps of the discriminator per step of the others.</param>
    /// <exception cref="ExperimentException">The views have other values.</exception>
    private protected AdversarialObjective(
        string name, AdversarialOptions options, IBackboneFactory backbones, DataInfo data, int discriminatorSteps)
        : base(backbones.Create<IBackbone>())
    {
        data.RequireUnitRange($"The objective \"{name}\"");
        var view = data.Views[0];
        Image = options.ImageSide is { } side ? view with { Height = side, Width = side } : view;
        (pooledSide, this.discriminatorSteps) = (options.PooledSide, discriminatorSteps);
        FeatureLength = pooledSide == 0
            ? Backbone.FeatureDimension : PooledMaps.Length(Backbone, new ImageSize(view.Height, view.Width), pooledSide);
    }

    /// <summary>The shape of the images that are generated and judged.</summary>
    protected ViewShape Image { get; }

    /// <summary>The length of what <see cref="Features"/> gives.</summary>
    protected int FeatureLength { get; }

    /// <summary>G: codes [N, D] → images [N, C, h, w] from −1 to 1.</summary>
    protected internal abstract nn.Module<Tensor, Tensor> Generator { get; }

    /// <summary>D: images [N, C, h, w] from −1 to 1 and codes [N, D] → scores [N, scores], above 0 if it takes them for real.</summary>
    protected internal abstract nn.Module<Tensor, Tensor, Tensor> Discriminator { get; }

    /// <inheritdoc/>
    public override StepResult ComputeLoss(ViewBatch batch, StepContext step)
    {
        var (images, z) = (Pixels(batch), Noise(batch, step.Random, stream: 0).to(batch.Single().dtype));
        var isTurn = step.Step % discriminatorSteps == 0; // of encoder and generator
        Tensor code, made;
        using (enable_grad(isTurn))
        {
            (code, made) = (Encode(batch, step.Random), Generator.call(z));
        }

        // Real and made pairs come one after the other, because batch statistics of both together would tell them apart.
        var (real, fake) = (Scores(images, code.detach()), Scores(made.detach(), z));
        var judged = Judged(real, fake);
        var loss = judged;
        if (isTurn)
        {
            // In the same backward: what was detached trains the discriminator alone, and the frozen one trains all but itself.
            using var frozen = new FrozenParameters(Discriminator);
            loss = judged + Deceived(Scores(images, code), Scores(made, z));
        }

        return new StepResult(
            loss,
            ("discriminatorLoss", judged.detach()),
            ("generatorLoss", Deceived(real.detach(), fake.detach())),
            ("discriminatorAccuracy", cat([real.detach().gt(0), fake.detach().le(0)]).to(float32).mean()),
            ("reconstruction", ReconstructionError(images, code.detach())),
            ("embeddingDeviation", Embedding.Deviation(code.detach())));
    }

    /// <summary>Draws the views beside what the generator makes of their codes, and images that it makes of random ones.</summary>
    public IReadOnlyList<Figure> DrawFigures(ViewBatch batch, StepContext step)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        using var modes = new KeptModes(this);
        eval();
        var pairs = stack([Pixels(batch), Generator.call(Encode(batch, step.Random))], 1);
        var made = Enumerable.Range(0, FigureColumns).Select(column => Generator.call(Noise(batch, step.Random, stream: column)));
        return
        [
            new("Views, and what the generator makes of their codes", Shown(pairs), ["view", "G(E(view))"]),
            new("What the generator makes of random codes", Shown(stack([.. made], 1)), []),
        ];

        static Tensor Shown(Tensor pictures) =>
            ((pictures + 1) / 2).clamp(0, 1).mul(255).round().to(uint8).cpu().MoveToOuterDisposeScope();
    }

    /// <summary>Draws random codes, [N, D].</summary>
    protected internal abstract Tensor Noise(ViewBatch batch, StepRandom random, int stream);

    /// <summary>Finds the codes of views, [N, D].</summary>
    protected internal abstract Tensor Encode(ViewBatch batch, StepRandom random);

    /// <summary>What the discriminator minimizes.</summary>
    protected internal abstract Tensor Judged(Tensor real, Tensor made);

    /// <summary>What encoder and generator minimize.</summary>
    protected internal abstract Tensor Deceived(Tensor real, Tensor made);

    /// <summary>What codes are made from, [N, <see cref="FeatureLength"/>].</summary>
    protected Tensor Features(ViewBatch batch) =>
        pooledSide == 0 ? Backbone.Forward(batch.Single()) : PooledMaps.Of(Backbone, batch.Single(), pooledSide);

    private Tensor Scores(Tensor images, Tensor codes) => Discriminator.call(images, codes).AtLeastFloat32();

    /// <summary>Views as the generator makes images: from −1 to 1, in its size.</summary>
    private Tensor Pixels(ViewBatch batch)
    {
        var views = (batch.Single() * 2) - 1;
        return (views.shape[2], views.shape[3]) == (Image.Height, Image.Width)
            ? views : nn.functional.adaptive_avg_pool2d(views, [Image.Height, Image.Width]);
    }

    /// <summary>How far images lie from what is made of their codes, as a share of how far they lie from what is made of others'.</summary>
    private Tensor ReconstructionError(Tensor images, Tensor codes)
    {
        using var gradient = no_grad();
        using var modes = new KeptModes(Generator);
        Generator.eval(); // codes of images have no part in the statistics of random ones
        var made = Generator.call(codes).AtLeastFloat32();
        return Distance(made) / Distance(made.roll(1, 0));

        Tensor Distance(Tensor others) => (images - others).square().sum([1, 2, 3]).sqrt().mean();
    }
}
