namespace SslFramework.Plugins.Context;

/// <summary>Hides from patches what would give the answer away without looking at content.</summary>
public static class PatchPreparation
{
    private const double NoiseShare = 0.01; // of the kept channel's deviation
    private const double AuthorsScale = 50;
    private const double SmallestShare = 10.0 / 96; // the authors go down to 10 of 96 pixels

    /// <summary>The smallest side that a patch is resampled to.</summary>
    public static int SmallestSide(int side) => Math.Max(2, (int)Math.Round(side * SmallestShare));

    /// <summary>
    /// Resizing is linear: matrix s − <see cref="SmallestSide"/> makes a line of pixels s pixels long and then as long as
    /// before, so that a batch with all kinds of sizes is two products. The last matrix is the identity.
    /// </summary>
    /// <param name="side">Side of a patch, p.</param>
    /// <returns>float32 [p − smallest + 1, p, p].</returns>
    public static Tensor ResamplingMatrices(int side)
    {
        using var scope = NewDisposeScope();
        var identity = eye(side).view(1, 1, side, side); // every column is a line of pixels
        var sizes = Enumerable.Range(SmallestSide(side), side - SmallestSide(side));
        return cat([.. sizes.Select(size => Resize(Resize(identity, size, side, antialias: true), side, side, antialias: false)), identity])
            .squeeze(1).MoveToOuterDisposeScope();
    }

    /// <summary>Makes some patches small and large again: their area is uniform, so that small ones are rarer.</summary>
    /// <param name="patches">[N · P, C, p, p], the P patches of an image together.</param>
    /// <param name="matrices">Those of <see cref="ResamplingMatrices"/>.</param>
    /// <param name="probability">How often.</param>
    /// <param name="batch">Names the images.</param>
    /// <param name="random">The step's randomness.</param>
    /// <param name="stream">Of the randomness.</param>
    public static Tensor Resample(Tensor patches, Tensor matrices, double probability, ViewBatch batch, StepRandom random, int stream)
    {
        using var scope = NewDisposeScope();
        var (side, smallest) = ((int)patches.shape[^1], SmallestSide((int)patches.shape[^1]));
        var (low, high) = (Math.Pow(smallest, 2), Math.Pow(side - 1, 2));
        var chosen = PerPatch(patches, batch, random, stream, (ref SampleRandom draw) =>
        {
            var resized = draw.NextBool(probability);
            var size = (int)Math.Round(Math.Sqrt(draw.NextDouble(low, high)));
            return (resized ? size : side) - smallest;
        });
        var matrix = matrices.to(patches.dtype).index_select(0, chosen); // [N · P, p, p]
        var lines = einsum("nij,ncjk->ncik", matrix, patches);
        return einsum("nlk,ncik->ncil", matrix, lines).MoveToOuterDisposeScope();
    }

    /// <summary>Hides chromatic aberration. Grey patches stay as they are.</summary>
    /// <param name="patches">[N · P, C, p, p], the P patches of an image together.</param>
    /// <param name="colour">How.</param>
    /// <param name="batch">Names the images.</param>
    /// <param name="random">The step's randomness.</param>
    /// <param name="stream">Of the randomness; the next one is used as well.</param>
    public static Tensor HideColour(Tensor patches, PatchColour colour, ViewBatch batch, StepRandom random, int stream)
    {
        if (patches.shape[1] != 3 || colour == PatchColour.Keep)
        {
            return patches;
        }

        using var scope = NewDisposeScope();
        if (colour == PatchColour.Project)
        {
            // B = I − aᵀa / aaᵀ with a = (−1, 2, −1), green against magenta.
            var a = tensor([-1.0, 2, -1], patches.dtype, patches.device);
            var projection = eye(3, dtype: patches.dtype, device: patches.device) - (a.outer(a) / 6);
            return einsum("ij,njhw->nihw", projection, patches).MoveToOuterDisposeScope();
        }

        var kept = PerPatch(patches, batch, random, stream, (ref SampleRandom draw) => draw.Next(3));
        var isKept = arange(3, int64, patches.device).eq(kept.unsqueeze(1)).view(-1, 3, 1, 1);
        var deviation = (patches * isKept).sum(1, keepdim: true).std([2, 3], unbiased: false, keepdim: true); // [N · P, 1, 1, 1]
        var length = (int)(patches.numel() / batch.Count);
        var noise = (random.Uniform(batch, length, stream + 1).to(patches.dtype).view(patches.shape) - 0.5) * Math.Sqrt(12); // deviation 1
        return where(isKept, patches, noise * deviation * NoiseShare).MoveToOuterDisposeScope();
    }

    /// <summary>Hides brightness and contrast.</summary>
    /// <param name="patches">[N · P, C, p, p].</param>
    /// <param name="scaling">How.</param>
    public static Tensor HideContrast(Tensor patches, PatchScaling scaling)
    {
        using var scope = NewDisposeScope();
        long[] pixels = [1, 2, 3];
        var floor = 1 / Math.Sqrt(patches.numel() / patches.shape[0]); // so that noise in flat patches is not blown up
        var centred = scaling == PatchScaling.Standardize ? patches - patches.mean(pixels, keepdim: true) : patches;
        var size = centred.square().mean(pixels, keepdim: true).sqrt().clamp_min(floor);
        return (centred / size * (scaling == PatchScaling.Standardize ? 1 : AuthorsScale)).MoveToOuterDisposeScope();
    }

    private delegate long Draw(ref SampleRandom random);

    private static Tensor PerPatch(Tensor patches, ViewBatch batch, StepRandom random, int stream, Draw draw)
    {
        var numbers = new long[patches.shape[0]];
        for (var i = 0; i < numbers.Length;)
        {
            var own = random.ForSample(batch.Indices[i / (numbers.Length / batch.Count)], stream);
            for (var last = i + (numbers.Length / batch.Count); i < last; i++)
            {
                numbers[i] = draw(ref own);
            }
        }

        return tensor(numbers, device: patches.device);
    }

    private static Tensor Resize(Tensor lines, long height, long width, bool antialias) => nn.functional.interpolate(
        lines, [height, width], mode: InterpolationMode.Bilinear, align_corners: false, antialias: antialias);
}
