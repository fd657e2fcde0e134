using SslFramework.Core.Diagnostics;
using SslFramework.Core.Training;
using Sequential = TorchSharp.Modules.Sequential;

namespace SslFramework.Plugins.Context;

/// <summary>Tells where one patch of an image lies, seen from another: one of eight places.</summary>
public sealed class ContextObjective : PretextObjective<IBackbone>, IFigureSource
{
    private const string Matrices = "resamplingMatrices";
    private readonly Sequential head;
    private readonly ContextOptions options;

    /// <summary>Builds the objective.</summary>
    /// <exception cref="ExperimentException">The backbone does not work on patches of this size.</exception>
    public ContextObjective(ContextOptions options, IBackboneFactory backbones)
        : base(backbones.Create<IBackbone>())
    {
        this.options = options;
        head = NewHead(2 * EmbeddingLength());
        RegisterComponents();
        if (options.ResampleProbability > 0)
        {
            register_buffer(Matrices, PatchPreparation.ResamplingMatrices(options.PatchSize).DetachFromDisposeScope(), persistent: false);
        }
    }

    /// <inheritdoc/>
    public override StepResult ComputeLoss(ViewBatch batch, StepContext step)
    {
        var images = batch.Single(); // [N, C, H, W]
        var grid = new PatchGrid(options, images.shape[2], images.shape[3]);

        // Every patch goes through the network once, and stands in several pairs.
        var embeddings = Embed(Patches(grid, images, batch, step.Random)); // [N · P, D]
        var ofImages = embeddings.view(batch.Count, grid.Count, -1); // [N, P, D]
        var pairs = cat([Pick(ofImages, p => p.First), Pick(ofImages, p => p.Second)], 2).flatten(0, 1); // [N · Q, 2D]
        var places = Numbers(p => p.Place).repeat(batch.Count); // [N · Q]

        var logits = head.call(pairs).AtLeastFloat32(); // [N · Q, 8]
        var loss = nn.functional.cross_entropy(logits, places);
        return new StepResult(
            loss,
            ("accuracy", logits.detach().argmax(1).eq(places).to(float32).mean()),
            ("embeddingDeviation", Embedding.Deviation(embeddings.detach())));

        Tensor Numbers(Func<(int First, int Second, int Place), int> part) =>
            tensor([.. grid.Pairs.Select(pair => (long)part(pair))], device: images.device); // [Q]

        Tensor Pick(Tensor rows, Func<(int First, int Second, int Place), int> which) => rows.index_select(1, Numbers(which)); // [N, Q, D]
    }

    /// <summary>The patches of each image's first grid as the network sees them, each stretched from black to white.</summary>
    public IReadOnlyList<Figure> DrawFigures(ViewBatch batch, StepContext step)
    {
        using var scope = NewDisposeScope();
        var images = batch.Single();
        var grid = new PatchGrid(options, images.shape[2], images.shape[3]);
        var patches = Patches(grid, images, batch, step.Random);
        var (low, high) = (patches.amin([1, 2, 3], keepdim: true), patches.amax([1, 2, 3], keepdim: true));
        var pictures = ((patches - low) / (high - low).clamp_min(1e-6) * 255).to(uint8)
            .unflatten(0, [batch.Count, grid.Count]).narrow(1, 0, grid.Count / options.Grids); // [N, P, C, p, p]
        return [new Figure("Patches of each image, row by row of its grid", pictures.contiguous().MoveToOuterDisposeScope(), [])];
    }

    private Tensor Patches(PatchGrid grid, Tensor images, ViewBatch batch, StepRandom random)
    {
        using var gradient = no_grad();
        using var float32Only = Autocast.Pause(images.device_type);
        using var scope = NewDisposeScope();
        var patches = grid.Cut(images, grid.Draw(batch, random)); // [N · P, C, p, p]
        if (options.ResampleProbability > 0)
        {
            patches = PatchPreparation.Resample(patches, get_buffer(Matrices)!, options.ResampleProbability, batch, random, stream: 1);
        }

        patches = PatchPreparation.HideColour(patches, options.Colour, batch, random, stream: 2);
        return PatchPreparation.HideContrast(patches, options.Scaling).MoveToOuterDisposeScope();
    }

    private Tensor Embed(Tensor patches) => options.PooledSide is not { } side ? Backbone.Forward(patches)
        : Backbone.ForwardLayers(patches)[^1] is { ndim: 4 } maps ? nn.functional.adaptive_avg_pool2d(maps, side).flatten(1)
        : throw new ExperimentException(
            ExitCode.Config, "\"pooledSide\" needs a backbone whose last layer gives maps, and this one's does not; leave it out.");

    /// <summary>One forward of an empty patch: what the last layer gives is not known before.</summary>
    private int EmbeddingLength()
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        Backbone.Module.eval();
        var length = (int)Embed(zeros(1, Backbone.Channels, options.PatchSize, options.PatchSize)).shape[1];
        Backbone.Module.train();
        return length;
    }

    // The norm has no scale and shift: with them units fall silent, and training stalls (section 3.1).
    private Sequential NewHead(int input)
    {
        var layers = nn.Sequential();
        for (var layer = 1; layer < options.HeadLayers; layer++, input = options.HeadWidth)
        {
            layers.append(CaffeInit.Linear(input, options.HeadWidth));
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

        return layers.append(CaffeInit.Linear(input, PatchGrid.Directions));
    }
}
