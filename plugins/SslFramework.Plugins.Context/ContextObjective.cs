using SslFramework.Core.Augmentations.Batched;
using SslFramework.Core.Backbones;
using SslFramework.Core.Backbones.Historical;
using SslFramework.Core.Diagnostics;
using Sequential = TorchSharp.Modules.Sequential;

namespace SslFramework.Plugins.Context;

/// <summary>Predicts where one patch of an image lies relative to another: at one of eight places.</summary>
public sealed class ContextObjective : PretextObjective<IBackbone>, IFigureSource
{
    private const string Matrices = "resamplingMatrices";
    private const double NoiseShare = 0.01; // of the kept channel's deviation
    private const double AuthorsScale = 50;
    private const double SmallestShare = 10.0 / 96; // for resampled patches: the authors go down to 10 of 96 pixels
    private static readonly string[] PlaceNames =
        ["above left", "above", "above right", "left", "right", "below left", "below", "below right"];
    private readonly Sequential head;
    private readonly ContextOptions options;

    /// <summary>Builds the objective.</summary>
    /// <exception cref="ExperimentException">The backbone does not work on patches of this size.</exception>
    public ContextObjective(ContextOptions options, IBackboneFactory backbones)
        : base(backbones.Create<IBackbone>())
    {
        this.options = options;
        var patch = new ImageSize(options.PatchSize, options.PatchSize);
        head = NewHead(2 * (options.PooledSide is { } side ? PooledMaps.Length(Backbone, patch, side) : Backbone.FeatureDimension));
        RegisterComponents();
        if (options.ResampleProbability > 0)
        {
            var smallest = Math.Max(2, (int)Math.Round(options.PatchSize * SmallestShare));
            register_buffer(Matrices, Resampling.Matrices(options.PatchSize, smallest).DetachFromDisposeScope(), persistent: false);
        }
    }

    /// <inheritdoc/>
    public override StepResult ComputeLoss(ViewBatch batch, StepContext step)
    {
        var grid = GridOver(batch.Single());

        // Every patch passes through the network once but occurs in several pairs.
        var patches = Prepared(grid.Patches, batch, step.Random); // [N · P, C, p, p]
        var embeddings = Embed(patches); // [N · P, D]
        var ofGrids = embeddings.unflatten(0, [batch.Count * options.Grids, -1]); // [G, P / grids, D], G grids in all
        var pairs = cat([Pick(p => p.First), Pick(p => p.Second)], 2).flatten(0, 1); // [G · Q, 2D]
        var places = Numbers(p => p.Place).repeat(ofGrids.shape[0]); // [G · Q]

        var logits = head.call(pairs).AtLeastFloat32(); // [G · Q, 8]
        return new StepResult(
            nn.functional.cross_entropy(logits, places),
            ("accuracy", logits.detach().argmax(1).eq(places).to(float32).mean()),
            ("embeddingDeviation", Embedding.Deviation(embeddings.detach())));

        Tensor Numbers(Func<(int First, int Second, int Place), int> part) =>
            tensor([.. grid.Pairs.Select(pair => (long)part(pair))], device: batch.Device); // [Q]

        Tensor Pick(Func<(int First, int Second, int Place), int> which) => ofGrids.index_select(1, Numbers(which)); // [G, Q, D]
    }

    /// <summary>Draws one pair per image: where its patches lie, what the network sees of them, and where it places the second.</summary>
    public IReadOnlyList<Figure> DrawFigures(ViewBatch batch, StepContext step)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        var grid = GridOver(batch.Single());
        var (count, each) = (batch.Count, grid.Patches.Count);
        var pairs = Enumerable.Range(0, count).Select(n => grid.Pairs[n * grid.Pairs.Count / count]).ToArray(); // spread over the places
        var patches = Prepared(grid.Patches, batch, step.Random);
        var (first, second) = (Of(pair => pair.First), Of(pair => pair.Second)); // [N, C, p, p]
        var (share, guess) = head.call(cat([Embed(first), Embed(second)], 1)).AtLeastFloat32().softmax(1).cpu().max(1);
        string[] captions = [.. pairs.SelectMany((p, n) => new[] { "", "", Caption(p.Place, guess[n].ToInt32(), share[n].ToSingle()) })];

        var corners = grid.Patches.Draw(batch, step.Random); // the same corners as when the patches were cut
        var pictures = PatchPairPictures.Of(
            batch.Single(), first, second, n => (corners[(n * each) + pairs[n].First], corners[(n * each) + pairs[n].Second]));
        return [new Figure(
            "A pair of patches of each image, and where the network takes the second to lie",
            pictures.MoveToOuterDisposeScope(), ["in the view", "first", "second"]) { Captions = captions }];

        Tensor Of(Func<(int First, int Second, int Place), int> which) =>
            patches[tensor([.. pairs.Select((pair, n) => ((long)n * each) + which(pair))], device: patches.device)];

        // The no-break space in a percentage keeps it on one line.
        static string Caption(int place, int guess, float share) =>
            $"{PlaceNames[place]}{(place == guess ? "" : $"; taken for {PlaceNames[guess]}")}, {100 * share:F0}\u00A0%";
    }

    private Tensor Embed(Tensor input) => options.PooledSide is { } side ? PooledMaps.Of(Backbone, input, side) : Backbone.Forward(input);

    private ContextGrid GridOver(Tensor images) => new(options, new ImageSize((int)images.shape[2], (int)images.shape[3]));

    /// <summary>Patches without anything that would give the answer away regardless of content.</summary>
    private Tensor Prepared(PatchGrid grid, ViewBatch batch, StepRandom random)
    {
        using var gradient = no_grad();
        using var float32Only = Autocast.Pause(batch.Device.type);
        using var scope = NewDisposeScope();
        var patches = grid.Cut(batch.Single(), grid.Draw(batch, random)); // [N · P, C, p, p]
        if (options.ResampleProbability > 0)
        {
            var matrices = get_buffer(Matrices)!.to(patches.device); // TorchSharp moves persistent buffers only
            patches = Resampling.Apply(
                patches, matrices, Resampling.Draw(matrices, options.ResampleProbability, batch, grid.Count, random, stream: 1));
        }

        patches = patches.shape[1] == 1 ? patches : options.Color switch
        {
            PatchColor.Drop => ChromaticAberration.Drop(
                patches, random.Integers(batch, grid.Count, 3, stream: 2).flatten(),
                random.Uniform(batch, (int)patches[0].numel() * grid.Count, stream: 3).view(patches.shape), NoiseShare),
            PatchColor.Project => ChromaticAberration.Project(patches),
            _ => patches,
        };
        return (options.Scaling == PatchScaling.Standardize
            ? ImageScaling.Standardize(patches) : ImageScaling.ToRootMeanSquare(patches, AuthorsScale)).MoveToOuterDisposeScope();
    }

    // The norm has no scale and shift: with them units die, and training stalls (section 3.1).
    private Sequential NewHead(int input)
    {
        var layers = nn.Sequential();
        for (var layer = 1; layer < options.HeadLayers; layer++, input = options.HeadWidth)
        {
            layers.append(CaffeLayers.Linear(input, options.HeadWidth));
            if (options.HeadNorm && layer == 1)
            {
                layers.append(nn.BatchNorm1d(options.HeadWidth, affine: false));
            }

            layers.append(nn.ReLU(inplace: true));
        }

        if (options.Dropout > 0)
        {
            layers.append(nn.Dropout(options.Dropout));
        }

        return layers.append(CaffeLayers.Linear(input, ContextGrid.Directions));
    }
}
