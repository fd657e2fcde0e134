namespace SslFramework.Engine.Evaluation.Convex;

/// <summary>Draws few images of each class.</summary>
internal static class FewImages
{
    /// <summary>Keeps k images that show a class and, of the others, k for each other class, or all if there are fewer.</summary>
    /// <param name="sides">Of <see cref="ClassSets.Sides"/>, [N, C].</param>
    /// <param name="k">Images that show the class.</param>
    /// <param name="names">The classes.</param>
    /// <param name="random">Draws.</param>
    /// <returns>The sides of what is kept, and 0 elsewhere: [N, C] on the CPU.</returns>
    /// <exception cref="ExperimentException">Fewer images show a class.</exception>
    public static Tensor Of(Tensor sides, int k, IReadOnlyList<string> names, SampleRandom random)
    {
        var (count, classes) = ((int)sides.shape[0], (int)sides.shape[1]);
        var (all, kept) = (sides.cpu().contiguous().data<double>().ToArray(), new double[count * classes]);
        for (var c = 0; c < classes; c++)
        {
            foreach (var (side, wanted) in new[] { (1, k), (-1, (classes - 1) * k) })
            {
                int[] places = [.. Enumerable.Range(0, count).Select(i => (i * classes) + c).Where(place => all[place] == side)];
                if (side > 0 && places.Length < wanted)
                {
                    throw new ExperimentException(
                        FailureKind.Data,
                        $"\"lowShot\" asks for {k} images, but {places.Length} train images show the class \"{names[c]}\"; lower it.");
                }

                for (var i = 0; i < Math.Min(wanted, places.Length); i++) // the first steps of a Fisher–Yates shuffle
                {
                    var j = i + random.Next(places.Length - i);
                    (places[i], places[j]) = (places[j], places[i]);
                    kept[places[i]] = side;
                }
            }
        }

        return tensor(kept, [count, classes]);
    }
}
