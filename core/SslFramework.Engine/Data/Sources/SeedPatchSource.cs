using SslFramework.Core.Augmentations;
using SslFramework.Core.Augmentations.Kernels;

namespace SslFramework.Engine.Data.Sources;

/// <summary>
/// Windows around seed patches of another source's images. Seeds are picked when the source is built, with a probability
/// that grows with the energy of the image's gradients, so that they show parts of objects rather than sky. There are no
/// labels: a seed's number is its class. Dosovitskiy et al. 2014, https://arxiv.org/abs/1406.6909
/// </summary>
internal sealed class SeedPatchSource : IDataSource
{
    private const double ScaleStep = 0.8;
    private readonly SeedPatchOptions options;
    private readonly IDataSource images;
    private readonly BadImages bad;
    private readonly SeedPatch[] seeds;
    private readonly ThreadLocal<PixelBuffer> buffers = new(() => new PixelBuffer());
    private readonly int window;

    /// <summary>Looks at the images and picks the seeds: the same ones for the same options.</summary>
    /// <exception cref="ExperimentException">Too many images cannot be used, or there are too few places for seeds.</exception>
    public SeedPatchSource(SeedPatchOptions options, IComponentFactory components)
    {
        this.options = options;
        images = components.Create(options.Source);
        bad = new BadImages(images, options.MaximumBad);
        window = options.Window ?? 2 * (int)Math.Ceiling(1.125 * options.PatchSize);
        seeds = Pick();
        Size = options.Scales == 1 ? new ImageSize(window, window) : null;
    }

    /// <inheritdoc/>
    public int Count => seeds.Length;

    /// <inheritdoc/>
    public int Channels => images.Channels;

    /// <inheritdoc/>
    public ImageSize? Size { get; }

    /// <inheritdoc/>
    public IEnumerable<string> Files => images.Files;

    /// <summary>Empty, because there are no labels.</summary>
    public IReadOnlyList<string> Classes => [];

    /// <inheritdoc/>
    public IReadOnlyList<string> Notes => images.Notes;

    /// <summary>Images that could not be used, by their number in the source that seeds are picked from.</summary>
    public IReadOnlyList<BadImage> Bad => bad.List();

    /// <summary>The seeds, in order of their images.</summary>
    public IReadOnlyList<SeedPatch> Seeds => seeds;

    /// <summary>Always null.</summary>
    public int? Label(int index) => null;

    /// <inheritdoc/>
    public void Read(int index, PixelBuffer destination)
    {
        var seed = seeds[index];
        images.Read(seed.Image, buffers.Value!);
        var image = buffers.Value!.Image;
        var side = (int)Math.Round(window / Math.Pow(ScaleStep, seed.Scale));
        var target = destination.Resize(side, side, image.Channels);
        var (top, left) = (seed.Top + ((seed.Side - side) / 2), seed.Left + ((seed.Side - side) / 2));
        for (var y = 0; y < side; y++)
        {
            for (var x = 0; x < side; x++)
            {
                var pixel = target.Slice(((y * side) + x) * image.Channels, image.Channels);
                var (row, column) = (top + y, left + x);
                if (options.Border == Border.Zero && ((uint)row >= (uint)image.Height || (uint)column >= (uint)image.Width))
                {
                    pixel.Clear();
                    continue;
                }

                var place = (Cropper.Reflect(row, image.Height) * image.Width) + Cropper.Reflect(column, image.Width);
                image.Pixels.Slice(place * image.Channels, image.Channels).CopyTo(pixel);
            }
        }
    }

    private SeedPatch[] Pick()
    {
        var candidates = (int)Math.Min(images.Count, options.Candidates ?? (4L * options.Count));
        var turns = (options.Count + candidates - 1) / candidates; // most seeds that one image gives
        var found = new List<SeedPatch>[candidates];
        EveryImage.Visit(candidates, () => 0, (i, _) => found[i] = PickIn((int)((long)i * images.Count / candidates), turns));

        // One seed from every image before the second from any; in the last turn, those with the highest keys.
        SeedPatch[] picked =
        [
            .. found.SelectMany(seeds => seeds).OrderBy(seed => seed.Turn).ThenByDescending(seed => seed.Key).Take(options.Count)
                .OrderBy(seed => seed.Image).ThenBy(seed => seed.Turn),
        ];
        return picked.Length == options.Count ? picked : throw new ExperimentException(
            FailureKind.Data,
            $"\"exemplarSeeds\" finds only {picked.Length} seed patches of {options.PatchSize} pixels in {candidates} images, "
            + $"but \"count\" is {options.Count}; lower \"count\" or \"patchSize\".");
    }

    private List<SeedPatch> PickIn(int index, int turns)
    {
        if (!bad.TryRead(index, buffers.Value!))
        {
            return [];
        }

        var image = buffers.Value!.Image;
        var shortest = Math.Min(image.Height, image.Width);
        var sides = Enumerable.Range(0, options.Scales).Select(scale => (int)Math.Round(options.PatchSize / Math.Pow(ScaleStep, scale)))
            .TakeWhile((side, scale) => scale == 0 || side <= shortest).ToArray();
        var random = new SampleRandom((ulong)options.Seed, 0, (ulong)index, 0);
        var picked = new List<SeedPatch>();
        for (var turn = 0; turn < turns; turn++)
        {
            var scale = random.Next(sides.Length);
            var energy = new GradientEnergy(image, Math.Min(sides[scale], shortest), 2 / Math.Pow(ScaleStep, scale));
            picked.ForEach(energy.Exclude);
            if (energy.Total <= 0)
            {
                break;
            }

            // Sampling without replacement ∝ energy: the highest log(u) / energy win (Efraimidis and Spirakis 2006).
            var key = Math.Log(1 - random.NextDouble()) / energy.Mean;
            var (top, left) = energy.Pick(random.NextDouble());
            picked.Add(new SeedPatch(index, top, left, energy.Side, scale, turn, key));
        }

        return picked;
    }
}
