namespace SslFramework.Plugins.DINO;

/// <summary>Views of several sizes of the same images.</summary>
public static class Crops
{
    /// <summary>Splits the views of a batch into global and local ones.</summary>
    /// <param name="batch">The views, global ones first.</param>
    /// <param name="globals">The number of global views.</param>
    /// <exception cref="ExperimentException">There are fewer views, or no two.</exception>
    public static IReadOnlyList<Tensor> Globals(ViewBatch batch, int globals)
    {
        if (batch.Views.Count >= Math.Max(2, globals))
        {
            return [.. batch.Views.Take(globals)];
        }

        throw new ExperimentException(
            FailureKind.Config,
            $"The objective compares at least {Math.Max(2, globals)} views of each image, {globals} of them global, but the augmentation "
            + $"makes {batch.Views.Count}; add views to \"augmentation\", the global ones first, or set \"globalViews\" in \"objective\".");
    }
}
