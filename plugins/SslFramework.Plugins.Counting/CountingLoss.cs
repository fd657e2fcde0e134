namespace SslFramework.Plugins.Counting;

/// <summary>
/// The counts of an image are the sums of its tiles' counts, and unlike those of another image. Equation 7 of
/// https://arxiv.org/abs/1708.06734
/// </summary>
/// <param name="Loss">‖whole − Σ tiles‖² + max(0, M − ‖other − Σ tiles‖²), the mean over the images.</param>
/// <param name="PairError">The mean of ‖whole − Σ tiles‖².</param>
/// <param name="UnpairedDistance">The mean of ‖other − Σ tiles‖².</param>
public sealed record CountingLoss(Tensor Loss, Tensor PairError, Tensor UnpairedDistance)
{
    /// <summary>Compares counts.</summary>
    /// <param name="whole">Those of the halved images, [N, K].</param>
    /// <param name="tiles">Those of the quarters of each image, [4, N, K].</param>
    /// <param name="other">Those of another halved image for each image, [N, K].</param>
    /// <param name="margin">M.</param>
    public static CountingLoss Of(Tensor whole, Tensor tiles, Tensor other, double margin)
    {
        var sums = tiles.sum([0]); // [N, K]
        var paired = (whole - sums).square().sum([1]); // [N]
        var unpaired = (other - sums).square().sum([1]); // [N]
        return new((paired + (margin - unpaired).relu()).mean(), paired.detach().mean(), unpaired.detach().mean());
    }
}
