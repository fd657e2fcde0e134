namespace SslFramework.Plugins.ContextEncoder;

/// <summary>Where views are covered.</summary>
public static class Holes
{
    /// <summary>Covers the middle of a view, but for a border that stays visible.</summary>
    /// <returns>bool [1, 1, H, W], true for what is covered.</returns>
    public static Tensor Center(ViewShape view, int overlap, Device device)
    {
        var hole = zeros(1, 1, view.Height, view.Width, dtype: ScalarType.Bool, device: device);
        var (h, w) = ((view.Height / 2) - (2 * overlap), (view.Width / 2) - (2 * overlap));
        MiddleOf(hole).narrow(2, overlap, h).narrow(3, overlap, w).fill_(true);
        return hole;
    }

    /// <summary>
    /// Covers blobs: the lowest share of a few random numbers that are enlarged smoothly to the size of the view. The authors' code cuts
    /// windows out of one large pattern, at a fixed height, and takes those that are covered by 20 to 30 %.
    /// </summary>
    /// <returns>bool [N, 1, H, W], true for what is covered, in every image as many pixels.</returns>
    public static Tensor Random(ViewBatch batch, StepRandom random, int cells, double share)
    {
        using var scope = NewDisposeScope();
        var (height, width) = (batch.Single().shape[2], batch.Single().shape[3]);
        var numbers = random.Uniform(batch, cells * cells).view(-1, 1, cells, cells);
        var field = nn.functional.interpolate(numbers, [height, width], mode: InterpolationMode.Bicubic, align_corners: false).flatten(1);
        var order = field.argsort(1).argsort(1); // the rank of each pixel
        return order.lt((long)Math.Round(share * height * width)).view(-1, 1, height, width).MoveToOuterDisposeScope();
    }

    /// <summary>The middle of images, half as high and wide: [N, C, H, W] → [N, C, H / 2, W / 2].</summary>
    public static Tensor MiddleOf(Tensor images)
    {
        var (h, w) = (images.shape[2] / 2, images.shape[3] / 2);
        return images.narrow(2, (images.shape[2] - h) / 2, h).narrow(3, (images.shape[3] - w) / 2, w);
    }
}
