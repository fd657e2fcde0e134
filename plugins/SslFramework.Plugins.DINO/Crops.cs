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
            $"The objective compares at least {Math.Max(2, globals)} views of each image, {globals} of them global, but the augmentation makes "
            + $"{batch.Views.Count}; add views to \"augmentation\", the global ones first, or set \"globalViews\" in \"objective\".");
    }

    /// <summary>Runs a backbone once for the views of each size.</summary>
    /// <param name="views">V views [N, C, H, W].</param>
    /// <param name="backbone">Computes features [M, d] of images [M, C, H, W].</param>
    /// <returns>Features of all views in their order, [V · N, d].</returns>
    public static Tensor Encode(IReadOnlyList<Tensor> views, Func<Tensor, Tensor> backbone)
    {
        using var scope = NewDisposeScope();
        var features = new Tensor[views.Count];
        foreach (var size in Enumerable.Range(0, views.Count).GroupBy(v => (views[v].shape[2], views[v].shape[3])))
        {
            int[] ofSize = [.. size];
            var encoded = backbone(cat([.. ofSize.Select(v => views[v])])).chunk(ofSize.Length); // of [N, d] each
            for (var i = 0; i < ofSize.Length; i++)
            {
                features[ofSize[i]] = encoded[i];
            }
        }

        return cat(features).MoveToOuterDisposeScope();
    }
}
