namespace SslFramework.Engine.Evaluation.Dense;

/// <summary>How much of each patch belongs to each class.</summary>
internal static class PatchShares
{
    /// <summary>The shares of the classes in the patches of a view; pixels that count nowhere are left out.</summary>
    /// <param name="map">The class of every pixel, row by row.</param>
    /// <param name="view">Rows and columns of the view.</param>
    /// <param name="grid">Rows and columns of patches.</param>
    /// <param name="classes">Number of classes.</param>
    /// <returns>[rows · columns][C], each with a sum of 1, or of 0 if no pixel counts.</returns>
    public static float[][] Of(ReadOnlySpan<byte> map, ImageSize view, (int Rows, int Columns) grid, int classes)
    {
        var shares = new float[grid.Rows * grid.Columns][];
        for (var patch = 0; patch < shares.Length; patch++)
        {
            shares[patch] = new float[classes];
        }

        for (var y = 0; y < view.Height; y++)
        {
            for (var x = 0; x < view.Width; x++)
            {
                if (map[(y * view.Width) + x] is var number && number != IAnnotatedSource.Void)
                {
                    shares[(y * grid.Rows / view.Height * grid.Columns) + (x * grid.Columns / view.Width)][number]++;
                }
            }
        }

        foreach (var patch in shares)
        {
            var counted = patch.Sum();
            for (var c = 0; counted > 0 && c < classes; c++)
            {
                patch[c] /= counted;
            }
        }

        return shares;
    }

    /// <summary>
    /// Takes some patches of an image: those with the smallest product of a random number and of how many patches show their classes, so
    /// that rare classes are taken first (Balažević et al. 2023, https://arxiv.org/abs/2306.01667), or of a random number alone.
    /// </summary>
    /// <param name="shares">The image's.</param>
    /// <param name="most">The most that are taken.</param>
    /// <param name="rareFirst">Whether rare classes are taken first.</param>
    /// <param name="random">The image's.</param>
    /// <returns>Numbers of patches, ascending; none without a class.</returns>
    public static int[] Choose(float[][] shares, int most, bool rareFirst, SampleRandom random)
    {
        var patches = new double[shares[0].Length]; // that show a class
        foreach (var patch in shares)
        {
            for (var c = 0; c < patches.Length; c++)
            {
                patches[c] += patch[c] > 0 ? 1 : 0;
            }
        }

        var keys = new List<(double Key, int Patch)>();
        for (var i = 0; i < shares.Length; i++)
        {
            var (noise, seen) = (random.NextDouble(), shares[i].Select((share, c) => share > 0 ? patches[c] : 0).Sum());
            if (seen > 0)
            {
                keys.Add((rareFirst ? noise * seen : noise, i));
            }
        }

        keys.Sort();
        return [.. keys.Take(most).Select(key => key.Patch).Order()];
    }
}
