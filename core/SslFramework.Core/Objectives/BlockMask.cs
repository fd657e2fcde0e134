namespace SslFramework.Core.Objectives;

/// <summary>
/// Masks made of rectangular blocks of patches, as BEiT draws them and DINOv2 and iBOT after it. Bao et al. 2021,
/// https://arxiv.org/abs/2106.08254, algorithm 1
/// </summary>
/// <param name="Rows">Rows of the patch grid.</param>
/// <param name="Columns">Columns of the patch grid.</param>
public sealed record BlockMask(int Rows, int Columns)
{
    private const int Tries = 10; // to place one block

    /// <summary>Smallest area that is drawn for a block, in patches; rounding its sides may make it a little smaller.</summary>
    public int SmallestBlock { get; init; } = 16;

    /// <summary>Most patches that one block may add, or null for as many as are missing.</summary>
    public int? LargestBlock { get; init; }

    /// <summary>The narrowest block: its height by its width lies between this and the inverse, evenly by its logarithm.</summary>
    public double SmallestAspect { get; init; } = 0.3;

    /// <summary>
    /// Whether single patches, drawn evenly, fill up what blocks leave open; the authors' masks may have fewer patches than asked for.
    /// </summary>
    public bool Exact { get; init; } = true;

    /// <summary>Draws a mask of its own for every image of a batch.</summary>
    /// <param name="batch">Names the images and the device.</param>
    /// <param name="random">The step's randomness.</param>
    /// <param name="target">Number of patches to mask.</param>
    /// <param name="stream">Another stream gives independent masks in the same step.</param>
    /// <returns>bool [N, L], row by row, true for a masked patch.</returns>
    public Tensor Draw(ViewBatch batch, StepRandom random, int target, int stream = 0)
    {
        bool[] masks = [.. batch.Indices.SelectMany(image => Draw(random.ForSample(image, stream), target))];
        return tensor(masks, [batch.Count, Rows * Columns], device: batch.Device);
    }

    /// <summary>Draws one mask.</summary>
    /// <param name="random">Randomness of an image.</param>
    /// <param name="target">Number of patches to mask, at most all.</param>
    /// <returns>Row by row, true for a masked patch.</returns>
    public bool[] Draw(SampleRandom random, int target) => Draw(() => random.NextDouble(), target);

    /// <summary>Draws one mask from a stream of numbers in [0, 1).</summary>
    internal bool[] Draw(Func<double> uniform, int target)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(target, Rows * Columns);
        var mask = new bool[Rows * Columns];
        var missing = target;
        while (missing > 0 && Add(mask, Math.Min(missing, LargestBlock ?? missing), uniform) is > 0 and var added)
        {
            missing -= added;
        }

        for (; Exact && missing > 0; missing--)
        {
            var open = Enumerable.Range(0, mask.Length).Where(place => !mask[place]).ToArray();
            mask[open[(int)(uniform() * open.Length)]] = true;
        }

        return mask;
    }

    /// <summary>Adds one block that masks 1 to <paramref name="most"/> further patches, and returns how many: 0 if none fits.</summary>
    private int Add(bool[] mask, int most, Func<double> uniform)
    {
        var aspects = Math.Log(SmallestAspect);
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            var area = SmallestBlock + ((most - SmallestBlock) * uniform()); // also if fewer are left than a block has
            var aspect = Math.Exp(aspects - (2 * aspects * uniform()));
            var (height, width) = ((int)Math.Round(Math.Sqrt(area * aspect)), (int)Math.Round(Math.Sqrt(area / aspect)));
            if (height >= Rows || width >= Columns)
            {
                continue;
            }

            var (top, left) = ((int)(uniform() * (Rows - height + 1)), (int)(uniform() * (Columns - width + 1)));
            var places = from row in Enumerable.Range(top, height)
                         from column in Enumerable.Range(left, width)
                         select (row * Columns) + column;
            int[] block = [.. places.Where(place => !mask[place])];
            if (block.Length > 0 && block.Length <= most)
            {
                Array.ForEach(block, place => mask[place] = true);
                return block.Length;
            }
        }

        return 0;
    }
}
