using SslFramework.Core.Backbones.Transformers;
using TorchSharp.Modules;
using TorchSharp.Utils;
using Embedding = SslFramework.Core.Diagnostics.Embedding;

namespace SslFramework.Plugins.MAE;

/// <summary>Removes most patches of an image, encodes the others, and paints the removed ones with a small decoder.</summary>
public sealed class MaeObjective : PretextObjective<ITokenBackbone>, IFigureSource
{
    private readonly MaeOptions options;
    private readonly int patches, keep; // L and K
    [ComponentName(Name = "mask_token")] private readonly Parameter maskToken; // [1, 1, D] of the network that uses it
    [ComponentName(Name = "decoder_pos_embed")] private readonly Parameter decoderPositions; // [1, prefix + L, D], fixed
    [ComponentName(Name = "decoder_embed")] private readonly Linear decoderEmbedding;
    [ComponentName(Name = "decoder_blocks")] private readonly ModuleList<TransformerBlock> decoderBlocks;
    [ComponentName(Name = "decoder_norm")] private readonly LayerNorm decoderNorm;
    [ComponentName(Name = "decoder_pred")] private readonly Linear decoderPrediction;

    /// <summary>Builds the objective.</summary>
    /// <exception cref="ExperimentException">The sizes do not fit together.</exception>
    public MaeObjective(MaeOptions options, IBackboneFactory backbones)
        : base(backbones.Create<ITokenBackbone>())
    {
        this.options = options;
        var (d, heads, side) = (options.DecoderDimension, options.DecoderHeads, Backbone.PatchSize);
        patches = Backbone.GridRows * Backbone.GridColumns;
        keep = (int)(patches * (1 - options.MaskRatio)); // rounded down, as in the authors' code: 0.7 of 196 leaves 58
        var squares = (Backbone.GridRows + 1) / 2 * ((Backbone.GridColumns + 1) / 2);
        var problem = keep < 1 || keep == patches ? $"\"maskRatio\" leaves {keep} of {patches} patches; some must stay, some go"
            : options.MaskSampling == MaskSampling.Grid && keep != squares
                ? FormattableString.Invariant(
                    $"a grid keeps {squares} of {patches} patches: \"maskRatio\" must be {1 - ((squares + 0.5) / patches):F3}")
            : d % 4 != 0 || d % heads != 0 ? $"\"decoderDimension\" {d} is not a multiple of 4 and of \"decoderHeads\" {heads}"
            : options.NormalizePixels && side * side * Backbone.Channels == 1 ? "a patch of one value needs \"normalizePixels\": false"
            : null;
        if (problem is not null)
        {
            throw new ExperimentException(FailureKind.Config, $"In \"objective\", {problem}.");
        }

        var token = nn.init.normal_(zeros(1, 1, options.MaskTokensInEncoder ? Backbone.TokenDimension : d), 0, 0.02);
        var positions = SinCosPositions.Mae(d, Backbone.GridRows, Backbone.GridColumns, Backbone.PrefixTokens);
        maskToken = (Parameter)new Parameter(token).DetachFromDisposeScope();
        decoderPositions = (Parameter)new Parameter(positions, requires_grad: false).DetachFromDisposeScope();
        decoderEmbedding = nn.Linear(Backbone.TokenDimension, d);
        decoderBlocks = nn.ModuleList([.. Enumerable.Range(0, options.DecoderDepth).Select(_ => new TransformerBlock(d, heads))]);
        decoderNorm = nn.LayerNorm(d, eps: 1e-6);
        decoderPrediction = nn.Linear(d, side * side * Backbone.Channels);
        RegisterComponents();
        var decoder = nn.Sequential([decoderEmbedding, .. decoderBlocks, decoderPrediction]);
        TransformerWeights.Initialize(decoder, TransformerInitialization.Mae);
    }

    /// <inheritdoc/>
    public override StepResult ComputeLoss(ViewBatch batch, StepContext step)
    {
        var images = batch.Single(); // [N, C, H, W]
        var (latent, prediction, removed) = Reconstruct(images, Noise(batch, step.Random));
        return new StepResult(
            Loss(prediction, images, removed),
            ("predictionDeviation", prediction.detach().std()), ("maskFraction", removed.to(float32).mean()),
            ("embeddingDeviation", Embedding.Deviation(latent.detach().mean([1]))));
    }

    /// <summary>Draws what <see cref="Reconstruct"/> removes patches by, [N, L]: what must go has 1 more than what may stay.</summary>
    public Tensor Noise(ViewBatch batch, StepRandom random)
    {
        var noise = random.Uniform(batch, patches);
        return options.MaskSampling switch
        {
            MaskSampling.Block => noise + new BlockMask(Backbone.GridRows, Backbone.GridColumns)
            {
                SmallestBlock = Math.Max(1, patches / 12), // BEiT's 16 of 196
            }.Draw(batch, random, patches - keep, stream: 1),
            MaskSampling.Grid => noise + (ByHalves(Backbone.GridRows).unsqueeze(1) + ByHalves(Backbone.GridColumns)).flatten(),
            _ => noise,
        };

        Tensor ByHalves(int length) => arange(length, device: noise.device).remainder(2);
    }

    /// <summary>Encodes the patches of images [N, C, H, W] that have the smallest noise [N, L], and predicts every patch.</summary>
    /// <returns>Encoded tokens [N, prefix + K, D], predicted patches [N, L, P], and which were removed, bool [N, L].</returns>
    public (Tensor Latent, Tensor Prediction, Tensor Removed) Reconstruct(Tensor images, Tensor noise)
    {
        Backbone.EnsureOwnSize(images);
        var mask = PatchMask.Draw(noise, keep);
        var tokens = Backbone.EmbedPatches(images); // [N, L, D]
        var latent = Backbone.EncodeTokens(options.MaskTokensInEncoder
            ? where(mask.Removed.unsqueeze(2), maskToken, tokens) + Backbone.PatchPositions
            : PatchMask.Take(tokens + Backbone.PatchPositions, mask.Visible));
        return (latent, Decode(latent, mask.Restore).AtLeastFloat32(), mask.Removed);
    }

    /// <summary>Mean squared error over the removed patches alone: predictions [N, L, P], images [N, C, H, W], bool [N, L].</summary>
    public Tensor Loss(Tensor prediction, Tensor images, Tensor removed)
    {
        using var float32Only = Autocast.Pause(images.device_type);
        var target = Patches.Split(images, Backbone.PatchSize); // [N, L, P]
        var (mean, deviation) = Level(target);
        var errors = (prediction - ((target - mean) / deviation)).square().mean([2]); // [N, L]
        return (errors * removed).sum() / removed.sum();
    }

    /// <summary>
    /// Draws originals, the patches that the encoder sees, and the removed ones painted, at their true mean and deviation.
    /// </summary>
    public IReadOnlyList<Figure> DrawFigures(ViewBatch batch, StepContext step)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        var (images, side) = (batch.Single(), Backbone.PatchSize);
        var (_, prediction, removed) = Reconstruct(images, Noise(batch, step.Random));
        var original = Patches.Split(images, side); // [N, L, P]
        var (mean, deviation) = Level(original);
        var (hidden, painted) = (removed.unsqueeze(2), (prediction * deviation) + mean);

        // Black and white are each channel's extremes over all originals: this undoes the recipe's normalization, whichever it was.
        var black = images.amin([0, 2, 3]).repeat(side * side); // [P]
        var range = images.amax([0, 2, 3]).repeat(side * side).sub(black).clamp_min(1e-6);
        var columns = stack([original, where(hidden, black + (range / 2), original), where(hidden, painted, original)], 1);
        columns = columns.sub(black).div(range).clamp(0, 1).mul(255).round().to(uint8); // [N, 3, L, P]
        var pictures = Patches.Join(columns.flatten(0, 1), Backbone.GridRows, side).unflatten(0, [-1, 3]).cpu();
        return [new Figure(
            "Reconstructions", pictures.MoveToOuterDisposeScope(), ["original", "seen by the encoder", "with painted patches"])];
    }

    /// <summary>[N, prefix + K (or L), D] → [N, L, P].</summary>
    private Tensor Decode(Tensor latent, Tensor restore)
    {
        using var scope = NewDisposeScope();
        var (all, prefix) = (decoderEmbedding.call(latent), Backbone.PrefixTokens);
        var visible = all.narrow(1, prefix, all.shape[1] - prefix); // [N, K (or L), D]
        var row = options.MaskTokensInEncoder ? visible
            : PatchMask.Take(cat([visible, maskToken.expand(visible.shape[0], patches - keep, -1)], 1), restore); // [N, L, D]
        var tokens = cat([all.narrow(1, 0, prefix), row], 1) + decoderPositions;
        tokens = decoderBlocks.Aggregate(tokens, (x, block) => block.call(x));
        return decoderPrediction.call(decoderNorm.call(tokens)).narrow(1, prefix, patches).MoveToOuterDisposeScope();
    }

    /// <summary>What a target subtracts from a patch: mean and (unbiased, as the authors') deviation [N, L, 1], or nothing.</summary>
    private (Tensor Mean, Tensor Deviation) Level(Tensor target) => options.NormalizePixels
        ? (target.mean([2], keepdim: true), target.var([2], unbiased: true, keepdim: true).add(1e-6).sqrt())
        : (zeros(1, device: target.device), ones(1, device: target.device));
}
