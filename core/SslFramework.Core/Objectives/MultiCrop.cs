namespace SslFramework.Core.Objectives;

/// <summary>
/// Views of several sizes: a few large ones and many small ones, which cost little. Caron et al. 2020, https://arxiv.org/abs/2006.09882
/// </summary>
public static class MultiCrop
{
    /// <summary>Encodes views, those of one size that follow each other by one forward, with batch statistics over them all.</summary>
    /// <param name="backbone">The backbone.</param>
    /// <param name="views">V views, [n, C, H, W] each; height and width may differ.</param>
    /// <returns>[V · n, D], view by view.</returns>
    public static Tensor Forward(IBackbone backbone, IReadOnlyList<Tensor> views)
    {
        var features = new List<Tensor>();
        for (var first = 0; first < views.Count;)
        {
            Tensor[] same = [.. views.Skip(first).TakeWhile(view => view.shape.SequenceEqual(views[first].shape))];
            features.Add(backbone.Forward(cat(same)));
            first += same.Length;
        }

        return cat(features);
    }
}
