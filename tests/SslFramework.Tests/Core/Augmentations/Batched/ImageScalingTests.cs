using SslFramework.Core.Augmentations.Batched;
using SslFramework.Testing;

namespace SslFramework.Tests.Core.Augmentations.Batched;

[TestClass]
internal class ImageScalingTests
{
    [TestMethod]
    public void Standardize_BrightnessAndContrast_AreGone()
    {
        using var scope = NewDisposeScope();
        var images = Images();
        var plain = ImageScaling.Standardize(images);
        var other = ImageScaling.Standardize((images * 3) + 2);
        Assert.IsLessThan(1e-4, (plain - other).abs().max().ToDouble());
        Assert.IsLessThan(1e-4, plain.mean([1, 2, 3]).abs().max().ToDouble());
        Assert.IsLessThan(1e-4, (plain.square().mean([1, 2, 3]) - 1).abs().max().ToDouble());
        Assert.AreEqual(0, ImageScaling.Standardize(ones(1, 1, 7, 7)).abs().max().ToDouble(), "a flat image");
    }

    [TestMethod]
    public void ToRootMeanSquare_OfEveryImage_IsWhatWasAskedFor()
    {
        using var scope = NewDisposeScope();
        var scaled = ImageScaling.ToRootMeanSquare(Images() * 0.3, 50);
        Assert.IsLessThan(1e-3, (scaled.square().mean([1, 2, 3]).sqrt() - 50).abs().max().ToDouble());
    }

    private static Tensor Images() => TestSteps.Batch(1, new ViewShape(3, 24, 24), 5).Single();
}
