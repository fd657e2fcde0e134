using SslFramework.Core.Backbones;
using SslFramework.Core.Diagnostics;
using Embedding = SslFramework.Core.Diagnostics.Embedding;
using Sequential = TorchSharp.Modules.Sequential;

namespace SslFramework.Plugins.Jigsaw;

/// <summary>
/// Jigsaw puzzles: encodes nine tiles of an image one by one, mixes them up, and tells by which of many permutations. Noroozi and Favaro
/// 2016, https://arxiv.org/abs/1603.09246
/// </summary>
public sealed class JigsawObjective : PretextObjective<IBackbone>, IFigureSource
{
    private readonly Tensor permutations; // int64 [P, T]: the tile at each place; saved, so that a run keeps its table
    private readonly Sequential? tileHead;
    private readonly Sequential head;
    private readonly JigsawOptions options;

    /// <summary>Builds the objective.</summary>
    /// <exception cref="ExperimentException">The backbone does not work on tiles of this size.</exception>
    public JigsawObjective(JigsawOptions options, IBackboneFactory backbones)
        : base(backbones.Create<IBackbone>())
    {
        this.options = options;
        permutations = PermutationSet.Of(Tiles, options.Permutations, options.Choice).DetachFromDisposeScope();
        var tile = new ImageSize(options.PatchSize, options.PatchSize);
        var d = options.PooledSide is { } side ? PooledMaps.Length(Backbone, tile, side) : Backbone.FeatureDimension;
        tileHead = options.TileDimension == 0 ? null : NewLayer(d, options.TileDimension);
        d = Tiles * (options.TileDimension == 0 ? d : options.TileDimension);
        head = options.HiddenDimension == 0 ? nn.Sequential() : NewLayer(d, options.HiddenDimension);
        head.append(nn.Linear(options.HiddenDimension == 0 ? d : options.HiddenDimension, options.Permutations));
        RegisterComponents();
    }

    private int Tiles => options.GridSide * options.GridSide;

    /// <inheritdoc/>
    public override StepResult ComputeLoss(ViewBatch batch, StepContext step)
    {
        var labels = step.Random.Integers(batch, options.Puzzles, options.Permutations, stream: 5).flatten(); // [N · R]
        var embeddings = Embed(JigsawTiles.Cut(batch, step.Random, options)); // [N · T, D]
        var order = permutations[labels]; // [N · R, T]
        var logits = head.call(Mixed(embeddings, order).flatten(1)).AtLeastFloat32(); // [N · R, P]
        var guess = logits.detach().argmax(1);
        return new StepResult(
            nn.functional.cross_entropy(logits, labels),
            ("accuracy", guess.eq(labels).to(float32).mean()),
            ("tilesInPlace", permutations[guess].eq(order).to(float32).mean()),
            ("embeddingDeviation", Embedding.Deviation(embeddings.detach())));
    }

    /// <summary>Draws the puzzle of each image, and its tiles as the network arranges them.</summary>
    public IReadOnlyList<Figure> DrawFigures(ViewBatch batch, StepContext step)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        var order = permutations[step.Random.Integers(batch, 1, options.Permutations, stream: 5).flatten()]; // [N, T]
        var tiles = JigsawTiles.Cut(batch, step.Random, options);
        var (share, guess) = head.call(Mixed(Embed(tiles), order).flatten(1)).AtLeastFloat32().softmax(1).max(1);
        var given = Mixed(tiles, order); // [N, T, C, p, p]
        var answer = permutations[guess];
        var arranged = Mixed(given.flatten(0, 1), answer.argsort(1)); // what lies at place j goes to place answer[j]
        var right = answer.eq(order).sum([1]).cpu();
        string[] captions = [.. Enumerable.Range(0, batch.Count).SelectMany(n => new[]
        {
            "", "", $"{right[n].ToInt64()} of {Tiles} tiles in their place, {100 * share[n].ToSingle():F0}\u00A0%",
        })];
        return [new Figure(
            "The puzzle of each image, and how the network would lay it",
            PuzzlePictures.Of(batch.Single(), given, arranged).MoveToOuterDisposeScope(),
            ["view", "puzzle", "laid"]) { Captions = captions }];
    }

    /// <summary>Encodes tiles, [N · T, C, p, p] → [N · T, D].</summary>
    private Tensor Embed(Tensor tiles)
    {
        var features = options.PooledSide is { } side ? PooledMaps.Of(Backbone, tiles, side) : Backbone.Forward(tiles);
        return tileHead is null ? features : tileHead.call(features);
    }

    /// <summary>
    /// Lays out the tiles of each image in one order or several. Mixing what a network made of tiles is the same as mixing the tiles.
    /// </summary>
    /// <param name="tiles">[N · T, …].</param>
    /// <param name="order">The tile at each place, int64 [N · R, T].</param>
    /// <returns>[N · R, T, …].</returns>
    private Tensor Mixed(Tensor tiles, Tensor order)
    {
        var images = tiles.shape[0] / Tiles;
        var first = arange(0, tiles.shape[0], Tiles, int64, tiles.device).repeat_interleave(order.shape[0] / images); // [N · R]
        return tiles.index_select(0, (order + first.unsqueeze(1)).flatten()).unflatten(0, [order.shape[0], Tiles]);
    }

    private Sequential NewLayer(int input, int output)
    {
        var layer = Heads.Mlp(input, 0, output, layers: 1, output: options.HiddenNorm, bias: options.HiddenNorm == HeadNorm.None);
        return layer.append(nn.ReLU(inplace: true)).append(nn.Dropout(options.Dropout));
    }
}
