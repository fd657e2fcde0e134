namespace SslFramework.Plugins.IJEPA;

/// <summary>
/// Several target blocks of an image and one context block without them, as I-JEPA draws them: blocks have one size per step, and never
/// reach the last row and the last column. Assran et al. 2023, https://arxiv.org/abs/2301.08243, section 3
/// </summary>
/// <param name="Rows">Rows of the patch grid.</param>
/// <param name="Columns">Columns of the patch grid.</param>
/// <param name="Options">How many blocks, and how large.</param>
public sealed record MultiBlockMask(int Rows, int Columns, IJepaOptions Options)
{
    private const int Tries = 20; // to place a context that is large enough, before one target less is cut out of it

    /// <summary>
    /// Draws blocks for each image of a batch. Every list of places is as long as the shortest of all processes; longer ones lose their
    /// last places.
    /// </summary>
    /// <exception cref="ExperimentException">A block has too few patches.</exception>
    public MultiBlocks Draw(ViewBatch batch, StepContext step)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        var u = step.Random.Uniform(2); // the same in every process
        var (target, context) = (TargetSize(u[0]), ContextSize(u[1]));
        var images = batch.Indices.Select(image =>
        {
            var random = step.Random.ForSample(image);
            return Draw(target, context, () => random.NextDouble());
        }).ToList();
        var lengths = tensor(images.Select(image => (float)image.Context.Length).ToArray(), device: batch.Device);
        var shortest = (int)step.Replicas.Gather(lengths).min().ToSingle();
        return new(
            Places(images.Select(image => image.Context[..shortest])),
            [.. Enumerable.Range(0, Options.TargetBlocks).Select(b => Places(images.Select(image => image.Targets[b])))]);

        Tensor Places(IEnumerable<long[]> lists) =>
            tensor(lists.SelectMany(list => list).ToArray(), device: batch.Device).view(batch.Count, -1).MoveToOuterDisposeScope();
    }

    /// <summary>Rows and columns of target blocks: one number in [0, 1) sets their area and their aspect.</summary>
    internal (int Height, int Width) TargetSize(double u) => Size(Between(Options.TargetScale, u), Between(Options.TargetAspect, u));

    /// <summary>Rows and columns of the context block.</summary>
    internal (int Height, int Width) ContextSize(double u) => Size(Between(Options.ContextScale, u), 1);

    /// <summary>Draws the blocks of one image from a stream of numbers in [0, 1).</summary>
    internal (long[] Context, long[][] Targets) Draw(
        (int Height, int Width) target, (int Height, int Width) context, Func<double> uniform)
    {
        long[][] targets = [.. Enumerable.Range(0, Options.TargetBlocks).Select(_ => Placed(target))];
        for (var excluded = targets.Length; excluded >= 0; excluded--)
        {
            for (var attempt = 0; attempt < Tries; attempt++)
            {
                long[] rest = [.. Placed(context).Except(targets.Take(excluded).SelectMany(block => block))];
                if (rest.Length > Options.SmallestBlock)
                {
                    return (rest, targets);
                }
            }
        }

        throw Refused(context);

        long[] Placed((int Height, int Width) size)
        {
            if (size.Height * size.Width <= Options.SmallestBlock)
            {
                throw Refused(size);
            }

            var (top, left) = ((int)(uniform() * (Rows - size.Height)), (int)(uniform() * (Columns - size.Width)));
            return
            [
                .. from row in Enumerable.Range(top, size.Height)
                   from column in Enumerable.Range(left, size.Width)
                   select ((long)row * Columns) + column,
            ];
        }
    }

    private (int Height, int Width) Size(double scale, double aspect)
    {
        var area = (int)(Rows * Columns * scale);
        var (height, width) = ((int)Math.Round(Math.Sqrt(area * aspect)), (int)Math.Round(Math.Sqrt(area / aspect)));
        return (Math.Min(height, Rows - 1), Math.Min(width, Columns - 1));
    }

    private static double Between(IReadOnlyList<double> bounds, double u) => bounds[0] + ((bounds[1] - bounds[0]) * u);

    private ExperimentException Refused((int Height, int Width) size) => new(
        FailureKind.Config,
        $"I-JEPA drew a block of {size.Height} × {size.Width} of {Rows} × {Columns} patches, but blocks must have more than "
        + $"{Options.SmallestBlock}; lower \"smallestBlock\" in \"objective\", or \"patchSize\" in \"backbone\".");
}
