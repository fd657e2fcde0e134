using SslFramework.Core.Augmentations.Batched;
using SslFramework.Core.Diagnostics;
using Embedding = SslFramework.Core.Diagnostics.Embedding;
using ModuleList = TorchSharp.Modules.ModuleList<SslFramework.Plugins.CPC.Prediction>;

namespace SslFramework.Plugins.CPC;

/// <summary>
/// Contrastive predictive coding, second version: each patch of a grid is encoded by itself, and what the rows above a place say must tell
/// which of all patches lies some rows below it. Hénaff et al. 2019, https://arxiv.org/abs/1905.09272
/// </summary>
public sealed class CpcObjective : PretextObjective<PatchGridBackbone>, IFigureSource
{
    private readonly ModuleList predictions; // one for each direction
    private readonly CpcOptions options;

    /// <summary>Builds the objective.</summary>
    /// <exception cref="ExperimentException">Patches would be smaller than a pixel.</exception>
    public CpcObjective(CpcOptions options, IBackboneFactory backbones)
        : base(backbones.Create<PatchGridBackbone>())
    {
        this.options = options;
        if (Side < 1)
        {
            throw new ExperimentException(
                FailureKind.Config,
                $"A \"jitter\" of {options.Jitter} pixels to each side leaves nothing of patches of {Backbone.PatchSize}; "
                + "lower it in \"objective\".");
        }

        predictions = new([.. Enumerable.Range(0, options.Directions).Select(_ => new Prediction(options, Backbone.FeatureDimension))]);
        RegisterComponents();
    }

    private int Side => Backbone.PatchSize - (2 * options.Jitter);

    /// <inheritdoc/>
    public override StepResult ComputeLoss(ViewBatch batch, StepContext step)
    {
        var z = Encode(Cut(batch, step.Random)); // [n, D, R, S]
        var results = predictions.Select((prediction, d) => prediction.Compute(z.rot90(d, (2, 3)), step.Replicas)).ToArray();
        return new StepResult(
            results.Select(result => result.Loss).Aggregate((sum, loss) => sum + loss) / results.Length,
            ("accuracy", results.Select(result => result.Accuracy).Aggregate((sum, accuracy) => sum + accuracy) / results.Length),
            ("embeddingDeviation", Embedding.Deviation(Prediction.Rows(z.detach()))));
    }

    /// <summary>
    /// Draws some views, their patches, those that a context sees, the one that lies below, and the one of the batch that it predicts.
    /// </summary>
    public IReadOnlyList<Figure> DrawFigures(ViewBatch batch, StepContext step)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        var patches = Cut(batch, step.Random); // [n, R, S, C, p, p]
        var (n, rows, columns) = (patches.shape[0], patches.shape[1], patches.shape[2]);
        var k = options.FirstOffset;
        var (row, column) = ((rows - k - 1) / 2, columns / 2);
        var place = arange(n, int64, batch.Device).mul((rows - k) * columns).add((row * columns) + column); // of the context, [n]
        var found = predictions[0].Scores(Encode(patches)).index_select(0, place).argmax(1); // [n]
        var label = arange(n, int64, batch.Device).mul(rows * columns).add(((row + k) * columns) + column);
        var enlarged = 1 + (rows * Side / batch.Views[0].shape[2]); // so that the patches side by side have room
        var views = batch.Views[0].repeat_interleave(enlarged, 2).repeat_interleave(enlarged, 3);
        var known = patches.clone();
        known.narrow(1, row + 1, rows - row - 1).zero_(); // what lies below is hidden
        var isRight = found.eq(label).cpu().data<bool>().ToArray();
        return [new Figure(
            $"Patches, and the one {k} rows below a place that is predicted from what lies above",
            PuzzlePictures.Of(views, Square(patches), Square(known), Tile(label), Tile(found)).MoveToOuterDisposeScope(),
            ["view", "patches", "context", "below", "predicted"])
        {
            Captions = [.. isRight.SelectMany(right => new[] { "", "", "", "", right ? "right" : "another one" })],
        }];

        Tensor Square(Tensor grid) => grid.narrow(1, 0, Math.Min(rows, columns)).narrow(2, 0, Math.Min(rows, columns)).flatten(1, 2);
        Tensor Tile(Tensor number) => patches.flatten(0, 2).index_select(0, number).unsqueeze(1);
    }

    /// <summary>Cuts patches, and changes each by itself, so that nothing but what is on it tells what is beside it.</summary>
    /// <returns>[n, R, S, C, p, p].</returns>
    private Tensor Cut(ViewBatch batch, StepRandom random)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        var images = batch.Single();
        var (rows, columns) = Backbone.GridOf(images);
        if ((options.Directions == 1 ? rows : Math.Min(rows, columns)) <= options.LastOffset)
        {
            throw new ExperimentException(
                FailureKind.Config,
                $"Views of {images.shape[2]}×{images.shape[3]} have {rows}×{columns} patches, none of which lies {options.LastOffset} "
                + "further than another; lower \"lastOffset\" in \"objective\" or \"stride\" in \"backbone\", or crop larger views.");
        }

        var spacing = new PatchSpacing(Side, Backbone.Stride - Side, options.Jitter);
        var grid = new PatchGrid(spacing, new((int)images.shape[2], (int)images.shape[3]), rows, columns);
        var patches = grid.Cut(images, grid.Draw(batch, random)); // [n · R · S, C, p, p]
        if (images.shape[1] == 3)
        {
            var channel = arange(3, int64, batch.Device);
            var others = random.Integers(batch, grid.Count, 3, stream: 1).view(-1, 1).ne(channel); // [n · R · S, 3]
            var drops = Happens(options.ColorDropProbability, stream: 2);
            patches = patches.masked_fill(others.view(-1, 3, 1, 1).logical_and(drops), 0);
        }

        patches = where(Happens(options.FlipProbability, stream: 3), patches.flip(3), patches);
        return patches.unflatten(0, [batch.Count, rows, columns]).MoveToOuterDisposeScope();

        Tensor Happens(double probability, int stream) => random.Uniform(batch, grid.Count, stream).lt(probability).view(-1, 1, 1, 1);
    }

    /// <summary>Encodes the patches, [n, R, S, C, p, p] → [n, D, R, S].</summary>
    private Tensor Encode(Tensor patches) =>
        Backbone.Encode(patches.flatten(0, 2)).unflatten(0, [.. patches.shape.Take(3)]).permute(0, 3, 1, 2);
}
