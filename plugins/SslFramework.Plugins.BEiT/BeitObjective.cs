using SslFramework.Core.Backbones.Transformers;
using SslFramework.Core.Diagnostics;
using TorchSharp.Modules;
using TorchSharp.Utils;
using Embedding = SslFramework.Core.Diagnostics.Embedding;

namespace SslFramework.Plugins.BEiT;

/// <summary>
/// BEiT: hides blocks of an image's patches behind a learned token, and tells from the others which visual tokens the hidden ones are.
/// Bao et al. 2021, https://arxiv.org/abs/2106.08254
/// </summary>
public sealed class BeitObjective : PretextObjective<ITokenBackbone>, IFigureSource
{
    private readonly Func<ITokenizer> tokenizer; // a function, because a field that holds a module is registered under its own name
    private readonly BlockMask blocks;
    private readonly int masked;
    [ComponentName(Name = "mask_token")] private readonly Parameter maskToken; // [1, 1, D]
    [ComponentName(Name = "lm_head")] private readonly Linear head;

    /// <summary>Builds the objective.</summary>
    /// <exception cref="ExperimentException">No patch would be masked.</exception>
    public BeitObjective(BeitOptions options, IBackboneFactory backbones, IComponentFactory components, DataInfo data)
        : base(backbones.Create<ITokenBackbone>())
    {
        var (rows, columns) = (Backbone.GridRows, Backbone.GridColumns);
        blocks = new BlockMask(rows, columns) { SmallestBlock = options.SmallestBlock };
        masked = (int)(rows * columns * options.MaskRatio);
        if (masked == 0)
        {
            throw new ExperimentException(
                FailureKind.Config,
                $"In \"objective\", \"maskRatio\" {options.MaskRatio} masks none of {rows * columns} patches; raise it.");
        }

        var patches = new TokenizedPatches(rows, columns, Backbone.PatchSize, Backbone.Channels);
        var made = options.Tokenizer is { } chosen ? components.Create(chosen, patches) : new PatchKMeans(new(), patches, data);
        tokenizer = () => made;
        maskToken = (Parameter)new Parameter(nn.init.normal_(zeros(1, 1, Backbone.TokenDimension), 0, 0.02)).DetachFromDisposeScope();
        head = nn.Linear(Backbone.TokenDimension, made.Vocabulary);
        RegisterComponents();
        register_module("tokenizer", made.Module);
        nn.init.normal_(head.weight, 0, 0.02);
        nn.init.zeros_(head.bias);
    }

    /// <summary>Fits a tokenizer that learns from the images.</summary>
    public override void BeginEpoch(EpochStart epoch) => tokenizer().BeginEpoch(epoch);

    /// <inheritdoc/>
    public override StepResult ComputeLoss(ViewBatch batch, StepContext step)
    {
        var images = batch.Single(); // [N, C, H, W]
        Backbone.EnsureOwnSize(images);
        var tokens = tokenizer().Tokenize(images); // [N, L]
        var hidden = blocks.Draw(batch, step.Random, masked); // [N, L]
        var (encoded, logits) = Predict(images, hidden);
        var wanted = tokens.masked_select(hidden); // [N · M]
        var shares = tokens.flatten().bincount(null, tokenizer().Vocabulary).to(float32) / tokens.numel(); // [V]
        return new StepResult(
            nn.functional.cross_entropy(logits, wanted),
            ("accuracy", logits.detach().argmax(1).eq(wanted).to(float32).mean()),
            ("majorityShare", shares.max()), // the accuracy of whoever always says the most frequent token
            ("tokenEntropy", special.entr(shares).sum()),
            ("embeddingDeviation", Embedding.Deviation(encoded.detach().mean([2, 3]))));
    }

    /// <summary>Encodes images without their hidden patches, bool [N, L], and predicts the tokens of these, row by row.</summary>
    /// <returns>Encoded maps [N, D, R, S], and logits [hidden patches of all images, V].</returns>
    public (Tensor Encoded, Tensor Logits) Predict(Tensor images, Tensor hidden)
    {
        var encoded = Backbone.EncodeMasked(images, hidden, maskToken);
        var rows = encoded.flatten(2).transpose(1, 2).flatten(0, 1); // [N · L, D]
        var places = hidden.flatten().nonzero().squeeze(1); // [N · M]
        return (encoded, head.call(rows.index_select(0, places)).AtLeastFloat32());
    }

    /// <summary>
    /// Draws images, what is seen of them, their hidden patches, and in place of each of these the patch of the batch whose token was
    /// predicted: gray, if no patch has it.
    /// </summary>
    public IReadOnlyList<Figure> DrawFigures(ViewBatch batch, StepContext step)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        var (images, side) = (batch.Single(), Backbone.PatchSize);
        var (tokens, hidden) = (tokenizer().Tokenize(images), blocks.Draw(batch, step.Random, masked)); // [N, L]
        var alike = Predict(images, hidden).Logits.argmax(1).unsqueeze(1).eq(tokens.flatten()); // [N · M, N · L]
        var patches = Patches.Split(ShownPixels.Of(images), side); // [N, L, P]
        var seen = where(hidden.unsqueeze(2), full_like(patches, 128), patches);
        var found = patches.flatten(0, 1).index_select(0, alike.to(float32).argmax(1)); // [N · M, P]
        found = where(alike.any(1).unsqueeze(1), found, full_like(found, 128));
        var filled = patches.flatten(0, 1).index_copy(0, hidden.flatten().nonzero().squeeze(1), found).view(patches.shape);
        var pictures = stack([patches, seen, filled], 1).flatten(0, 1); // [3N, L, P]
        var joined = Patches.Join(pictures, Backbone.GridRows, side).unflatten(0, [-1, 3]).cpu();
        return [new Figure("Predicted tokens", joined.MoveToOuterDisposeScope(), ["original", "seen", "with patches of predicted tokens"])];
    }
}
