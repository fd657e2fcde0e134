using System.Globalization;
using SslFramework.Core.Augmentations.Batched;
using SslFramework.Core.Diagnostics;
using Linear = TorchSharp.Modules.Linear;
using Sequential = TorchSharp.Modules.Sequential;

namespace SslFramework.Plugins.PIRL;

/// <summary>
/// Pretext-invariant representations: what is made of the shuffled patches of an image must be what was made of the image, rather than tell
/// how they were shuffled. Misra and van der Maaten 2019, https://arxiv.org/abs/1912.01991
/// </summary>
public sealed class PirlObjective : PretextObjective<IBackbone>, IFigureSource
{
    private const double Epsilon = 1.1920928955078125e-7; // float32's, as in the authors' code
    private readonly Sequential imageHead; // f
    private readonly Sequential patchHead; // of each patch by itself
    private readonly Linear joinedHead; // g, of all patches in their order
    private readonly Tensor bank; // m, [images, D], rows of length 1
    private readonly Tensor constant = NoiseContrast.CreateConstant(); // Z, [1], of both losses
    private readonly PendingTensors seen = new();
    private readonly PirlOptions options;
    private readonly IDataSource source;

    /// <summary>Builds the objective, with an entry for each image.</summary>
    public PirlObjective(PirlOptions options, IBackboneFactory backbones, IDataSource source)
        : base(backbones.Create<IBackbone>())
    {
        (this.options, this.source) = (options, source);
        imageHead = NewHead();
        patchHead = NewHead();
        if (options.HiddenDimension > 0)
        {
            patchHead.append(nn.ReLU(inplace: true));
        }

        joinedHead = nn.Linear(Patches * options.Dimension, options.Dimension);
        bank = MemoryBank.Create(source.Count, options.Dimension);
        RegisterComponents();
    }

    private int Patches => options.GridSide * options.GridSide;

    /// <inheritdoc/>
    public override StepResult ComputeLoss(ViewBatch batch, StepContext step)
    {
        var (whole, cut) = batch.Pair();
        var image = imageHead.call(Backbone.Forward(whole)).UnitRows(); // f(I), [n, D]
        var patches = EmbedPatches(Shuffled(cut, batch, step.Random)); // g(I^t), [n, D]
        var images = tensor(batch.Indices.ToArray(), device: batch.Device); // [n]
        seen.Add(step, step.Replicas.Gather(images), step.Replicas.Gather(image.detach())); // [N], [N, D]

        Tensor Rows(int stream) => MemoryBank.Draw(bank, batch, options.Negatives, step.Random, stream); // [n, 1 + K]
        return Compare(patches, image, Rows(2), Rows(3), step.Replicas);
    }

    /// <summary>Writes the embeddings of images, not those of patches, into their entries, now that the step is accepted.</summary>
    public override void AfterUpdate(StepContext step) =>
        seen.Empty(batch => MemoryBank.Refresh(bank, batch[0], batch[1], options.Momentum));

    /// <summary>Draws some images, their shuffled patches, and the image whose entry is the nearest to the patches.</summary>
    public IReadOnlyList<Figure> DrawFigures(ViewBatch batch, StepContext step)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        var (whole, cut) = batch.Pair();
        var tiles = Shuffled(cut, batch, step.Random); // [N, P, C, p, p]
        var (similarities, rows) = EmbedPatches(tiles).mm(bank.t()).max(1); // [N]
        var shown = PuzzlePictures.Of(whole, tiles); // [N, 2, C, H, W]
        var nearest = rows.cpu().data<long>().ToArray();
        var found = SourcePictures.Of(source, nearest, whole.shape[2], whole.shape[3]).unsqueeze(1);
        return [new Figure(
            "Images, their shuffled patches, and the image whose entry in the memory bank is the nearest to the patches",
            cat([shown, found], 1).MoveToOuterDisposeScope(),
            ["image", "patches", "nearest entry"])
        {
            Captions = [.. nearest.SelectMany((image, n) => new[] { "", "", Text(n) + (image == batch.Indices[n] ? " (itself)" : "") })],
        }];

        string Text(int n) => similarities[n].ToDouble().ToString("0.00", CultureInfo.InvariantCulture);
    }

    /// <summary>Compares what is made of patches, and of whole images, with the entries of the images: equation 5.</summary>
    internal StepResult Compare(Tensor patches, Tensor image, Tensor patchRows, Tensor imageRows, IReplicas replicas)
    {
        var contrast = new BankContrast(options.Loss, options.Temperature) { Epsilon = Epsilon };
        var ofPatches = contrast.Compute(bank, constant, patches, patchRows, replicas); // decides on Z for both
        var ofImage = contrast.Compute(bank, constant, image, imageRows, replicas);
        return new StepResult(
            (ofPatches.Loss * (1 - options.ImageShare)) + (ofImage.Loss * options.ImageShare),
            [
                .. ofPatches.Metrics,
                ("imageAccuracy", ofImage.Metrics.Single(metric => metric.Name == "accuracy").Value),
                ("patchesToImage", (patches.detach() * image.detach()).sum(1).mean()),
            ]);
    }

    /// <summary>Cuts the patches of each view, and puts them into an order that is drawn for it.</summary>
    /// <returns>[N, P, C, p, p].</returns>
    private Tensor Shuffled(Tensor views, ViewBatch batch, StepRandom random)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        var spacing = new PatchSpacing(options.PatchSize, options.Gap, options.Jitter);
        var grid = new PatchGrid(spacing, new ImageSize((int)views.shape[2], (int)views.shape[3]), options.GridSide, options.GridSide);
        var patches = grid.Cut(views, grid.Draw(batch, random)); // [N · P, C, p, p]
        var order = random.Uniform(batch, Patches, stream: 1).argsort(1); // [N, P]
        var first = arange(0, patches.shape[0], Patches, int64, views.device).unsqueeze(1); // [N, 1]
        return patches.index_select(0, (order + first).flatten()).unflatten(0, [batch.Count, Patches]).MoveToOuterDisposeScope();
    }

    /// <summary>Encodes each patch by itself, and then all of an image in their order, [N, P, C, p, p] → [N, D].</summary>
    private Tensor EmbedPatches(Tensor patches)
    {
        var single = patchHead.call(Backbone.Forward(patches.flatten(0, 1))); // [N · P, D]
        return joinedHead.call(single.view(patches.shape[0], -1)).UnitRows();
    }

    private Sequential NewHead() => Heads.Mlp(
        Backbone.FeatureDimension,
        options.HiddenDimension,
        options.Dimension,
        layers: options.HiddenDimension == 0 ? 1 : 2,
        hidden: HeadNorm.None,
        bias: true);
}
