namespace SslFramework.Plugins.DINO;

/// <summary>Which patches of the global views the student does not see.</summary>
/// <param name="Mask">bool [G · N, L], view by view, true for a masked patch.</param>
/// <param name="Places">int64 [M], the masked ones among G · N · L.</param>
/// <param name="Weights">float32 [M], one over the number of masked patches of the same view.</param>
public sealed record MaskedPatches(Tensor Mask, Tensor Places, Tensor Weights)
{
    private const int RatioStream = 1 << 20; // no view has this number

    /// <summary>
    /// Masks a share of the global views of the images of all processes, in blocks. The shares of masked patches are spread evenly over a
    /// range, so that every batch has easy and hard ones.
    /// </summary>
    /// <param name="batch">This process's images.</param>
    /// <param name="step">The step.</param>
    /// <param name="globals">G, the number of global views.</param>
    /// <param name="grid">Rows and columns of patches of a global view.</param>
    /// <param name="options">How many views are masked, and how.</param>
    public static MaskedPatches Draw(ViewBatch batch, StepContext step, int globals, (int Rows, int Columns) grid, MaskOptions options)
    {
        var (n, patches) = (batch.Count, grid.Rows * grid.Columns);
        var views = globals * n * step.Replicas.Count;
        var masked = (int)(views * options.Share);
        var turns = step.Random.Permutation(views); // the same in every process
        var blocks = new BlockMask(grid.Rows, grid.Columns)
        {
            SmallestBlock = options.SmallestBlock,
            LargestBlock = Math.Max(options.SmallestBlock, patches / 2),
        };
        var masks = new bool[globals * n * patches];
        for (var view = 0; view < globals; view++)
        {
            for (var i = 0; i < n; i++)
            {
                var turn = turns[(((view * step.Replicas.Count) + step.Replicas.Rank) * n) + i];
                if (turn < masked)
                {
                    var part = (turn + step.Random.ForSample(batch.Indices[i], RatioStream + view).NextDouble()) / masked; // of the range
                    var ratio = options.SmallestRatio + ((options.LargestRatio - options.SmallestRatio) * part);
                    var mask = blocks.Draw(step.Random.ForSample(batch.Indices[i], view), (int)(patches * ratio));
                    mask.CopyTo(masks, ((view * n) + i) * patches);
                }
            }
        }

        return Of(masks, globals * n, batch.Device);
    }

    /// <summary>Finds the places and weights of a mask.</summary>
    /// <param name="masks">View by view, row by row.</param>
    /// <param name="views">G · N.</param>
    /// <param name="device">Where tensors are made.</param>
    public static MaskedPatches Of(bool[] masks, int views, Device device)
    {
        var patches = masks.Length / views;
        var places = Enumerable.Range(0, masks.Length).Where(place => masks[place]).Select(place => (long)place).ToArray();
        var counts = places.GroupBy(place => place / patches).ToDictionary(view => view.Key, view => view.Count());
        var weights = Array.ConvertAll(places, place => 1f / counts[place / patches]);
        return new(tensor(masks, [views, patches], device: device), tensor(places, device: device), tensor(weights, device: device));
    }

    /// <summary>The masked patches' tokens: [G · N, L, D] → [M, D].</summary>
    public Tensor Take(Tensor tokens) => tokens.flatten(0, 1).index_select(0, Places);

    /// <summary>
    /// The mean over all views of the mean over a view's masked patches of the cross-entropy between teacher and student; a view without
    /// masked patches counts as 0.
    /// </summary>
    /// <param name="targets">The teacher's probabilities of masked patches, [M, K].</param>
    /// <param name="logs">Logarithms of the student's, [M, K].</param>
    public Tensor CrossEntropy(Tensor targets, Tensor logs) =>
        -((targets * logs).sum(1) * Weights.to(logs.dtype)).sum() / Mask.shape[0];
}
