using SslFramework.Core.Backbones.Transformers;
using SslFramework.Core.Diagnostics;

namespace SslFramework.Plugins.IJEPA;

/// <summary>
/// I-JEPA: from the encoded patches of one part of an image, predicts what the encoder's own moving average, the teacher, sees in other
/// parts when it is shown the whole. The teacher is what is evaluated and exported. Assran et al. 2023,
/// https://arxiv.org/abs/2301.08243
/// </summary>
public sealed class IJepaObjective : PretextObjective<ITokenBackbone>, IFigureSource
{
    private readonly Func<ITokenBackbone> trained;
    private readonly Predictor predictor;
    private readonly MultiBlockMask mask;
    private readonly IJepaOptions options;

    /// <summary>Builds the objective. Both encoders start as the same.</summary>
    public IJepaObjective(IJepaOptions options, IBackboneFactory backbones)
        : base(backbones.Create<ITokenBackbone>())
    {
        this.options = options;
        var encoder = backbones.Create<ITokenBackbone>();
        trained = () => encoder;
        predictor = new Predictor(encoder, options);
        mask = new MultiBlockMask(Backbone.GridRows, Backbone.GridColumns, options);
        RegisterComponents();
        register_module("encoder", encoder.Module);
        StateDict.Load(encoder.Module, StateDict.Of(Backbone.Module), source: "The encoder's start");
        Momentum.Start(Backbone.Module, encoder.Module);
        if (Backbone.As<IStochasticDepth>() is { } deep)
        {
            deep.DropPath = 0;
        }
    }

    /// <inheritdoc/>
    public override StepResult ComputeLoss(ViewBatch batch, StepContext step)
    {
        var images = batch.Single(); // [N, C, H, W]
        Backbone.EnsureOwnSize(images);
        var blocks = mask.Draw(batch, step);
        var targets = Targets(images, blocks); // [B · N, M, D]: first, while no activations are kept
        var predictions = Predict(images, blocks);
        return new StepResult(
            Loss(predictions, targets),
            ("targetDeviation", Embedding.Deviation(targets.mean([1]))), // over images: 0 is collapse
            ("predictionDeviation", predictions.detach().std()),
            ("contextShare", ones(1, device: batch.Device) * blocks.Context.shape[1] / (Backbone.GridRows * Backbone.GridColumns)));
    }

    /// <summary>What the teacher sees in the target blocks of whole images, normalized patch by patch, [B · N, M, D].</summary>
    public Tensor Targets(Tensor images, MultiBlocks blocks)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        var encoded = Encode(Backbone, images, places: null).AtLeastFloat32(); // [N, L, D]
        var targets = nn.functional.layer_norm(encoded, [encoded.shape[2]]);
        return cat([.. blocks.Targets.Select(block => PatchMask.Take(targets, block))]).MoveToOuterDisposeScope();
    }

    /// <summary>What is predicted of the target blocks from the context alone, [B · N, M, D].</summary>
    public Tensor Predict(Tensor images, MultiBlocks blocks) =>
        predictor.Predict(Encode(trained(), images, blocks.Context), blocks).AtLeastFloat32();

    /// <summary>The smooth absolute error: half the square of errors below 1, and their size less ½ above.</summary>
    public static Tensor Loss(Tensor predictions, Tensor targets) => nn.functional.smooth_l1_loss(predictions, targets);

    /// <summary>Moves the teacher.</summary>
    public override void AfterUpdate(StepContext step) =>
        Momentum.Update(Backbone.Module, trained().Module, options.Momentum + ((1 - options.Momentum) * step.Progress));

    /// <summary>Draws images, the part of them that is seen, and the blocks that are predicted, from the first to the last.</summary>
    public IReadOnlyList<Figure> DrawFigures(ViewBatch batch, StepContext step)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        var (blocks, shown) = (mask.Draw(batch, step), ShownPixels.Of(batch.Single())); // [N, C, H, W]
        var pictures = new[] { blocks.Context }.Concat(blocks.Targets).Select(Only).Prepend(shown);
        return
        [
            new Figure(
                "Context and targets",
                stack([.. pictures], 1).cpu().MoveToOuterDisposeScope(),
                ["original", "context", .. Enumerable.Range(1, blocks.Targets.Count).Select(b => $"target {b}")]),
        ];

        Tensor Only(Tensor places)
        {
            var (rows, columns, side) = (Backbone.GridRows, Backbone.GridColumns, Backbone.PatchSize);
            var seen = zeros(batch.Count, rows * columns, device: batch.Device).scatter_(1, places, ones_like(places, float32));
            var pixels = Patches.Join(seen.unsqueeze(2).expand(-1, -1, side * side), rows, side).gt(0); // [N, 1, H, W]
            return where(pixels, shown, full_like(shown, 128));
        }
    }

    /// <summary>Encoded patches of images, [N, K, D]: those at the given places, which see no others, or all.</summary>
    private static Tensor Encode(ITokenBackbone backbone, Tensor images, Tensor? places)
    {
        using var scope = NewDisposeScope();
        var tokens = backbone.EmbedPatches(images) + backbone.PatchPositions; // [N, L, D]
        var seen = places is null ? tokens : PatchMask.Take(tokens, places);
        return backbone.EncodeTokens(seen).narrow(1, backbone.PrefixTokens, seen.shape[1]).MoveToOuterDisposeScope();
    }
}
