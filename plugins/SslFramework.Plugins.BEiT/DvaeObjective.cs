using SslFramework.Core.Diagnostics;
using TorchSharp.Modules;

namespace SslFramework.Plugins.BEiT;

/// <summary>
/// A discrete variational autoencoder: paints an image again from one token of a vocabulary at each place of a map. Tokens are drawn by
/// Gumbel noise, softly enough for a gradient. Ramesh et al. 2021, https://arxiv.org/abs/2102.12092; Jang et al. 2017,
/// https://arxiv.org/abs/1611.01144
/// </summary>
public sealed class DvaeObjective : PretextObjective<DvaeEncoder>, IFigureSource
{
    private readonly nn.Module codebook; // weight [V, D]
    private readonly Sequential decoder;
    private readonly DvaeOptions options;

    /// <summary>Builds the objective.</summary>
    public DvaeObjective(DvaeOptions options, IBackboneFactory backbones)
        : base(backbones.Create<DvaeEncoder>())
    {
        this.options = options;
        codebook = nn.Embedding(Backbone.FeatureDimension, options.Dimension);
        decoder = nn.Sequential();
        var (input, width) = (options.Dimension, Backbone.Width);
        for (var side = Backbone.Side; side > 1; side /= 2, input = width)
        {
            decoder.append(nn.Sequential(nn.ConvTranspose2d(input, width, 4, stride: 2, padding: 1), nn.ReLU()));
            decoder.append(new ResidualConvolutions(width));
        }

        decoder.append(nn.Conv2d(width, Backbone.Channels, 1));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override StepResult ComputeLoss(ViewBatch batch, StepContext step)
    {
        var images = batch.Single(); // [N, C, H, W]
        if (images.shape[2] % Backbone.Side + images.shape[3] % Backbone.Side > 0)
        {
            throw new ExperimentException(
                FailureKind.Config,
                $"A token stands for {Backbone.Side} × {Backbone.Side} pixels, and views of {images.shape[2]} × {images.shape[3]} do not "
                + "divide into such; crop views of another size, or change \"layers\" in \"backbone\".");
        }

        var scores = Backbone.Scores(images).AtLeastFloat32(); // [N, V, h, w]
        var uniform = step.Random.Uniform(batch, (int)(scores.numel() / batch.Count)).view(scores.shape);
        var (error, divergence) = Losses(images, scores, uniform);
        var shares = scores.detach().argmax(1).flatten().bincount(null, Backbone.FeatureDimension).to(float32); // [V]
        shares /= shares.sum();
        return new StepResult(
            error + (options.DivergenceWeight * divergence),
            ("squaredError", error.detach()),
            ("divergence", divergence.detach()),
            ("tokenEntropy", special.entr(shares).sum()),
            ("usedTokens", shares.gt(0).to(float32).mean()));
    }

    /// <summary>The mean squared error of images painted from drawn tokens, and how far distributions over tokens are from even.</summary>
    /// <param name="images">[N, C, H, W].</param>
    /// <param name="scores">[N, V, h, w].</param>
    /// <param name="uniform">Random numbers from 0 to 1 of the same shape, which become Gumbel noise.</param>
    public (Tensor Error, Tensor Divergence) Losses(Tensor images, Tensor scores, Tensor uniform)
    {
        var noise = -(-uniform.clamp_min(1e-20).log()).clamp_min(1e-20).log(); // 0 and 1 would be infinite
        var painted = Paint(((scores + noise.to(scores.dtype)) / options.Temperature).softmax(1)).AtLeastFloat32();
        var logs = scores.log_softmax(1);
        var divergence = (logs.exp() * (logs + Math.Log(Backbone.FeatureDimension))).sum(1).mean();
        return ((painted - images).square().mean(), divergence);
    }

    /// <summary>Paints images from a share of each token at every place: [N, V, h, w] → [N, C, H, W].</summary>
    public Tensor Paint(Tensor tokens)
    {
        var vectors = tokens.permute(0, 2, 3, 1).flatten(0, 2).mm(codebook.parameters().Single().to(tokens.dtype)); // [N · h · w, D]
        return decoder.call(vectors.view(tokens.shape[0], tokens.shape[2], tokens.shape[3], -1).permute(0, 3, 1, 2));
    }

    /// <summary>Draws images beside what is painted from the tokens with the highest scores.</summary>
    public IReadOnlyList<Figure> DrawFigures(ViewBatch batch, StepContext step)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        var images = batch.Single();
        var scores = Backbone.Scores(images);
        var painted = Paint(scores.eq(scores.amax([1], keepdim: true)).to(float32));
        var pictures = stack([ShownPixels.Of(images), ShownPixels.Of(painted, images)], 1).cpu();
        return [new Figure("Images painted from their tokens", pictures.MoveToOuterDisposeScope(), ["original", "from tokens"])];
    }
}
