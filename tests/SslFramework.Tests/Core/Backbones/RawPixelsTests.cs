using SslFramework.Core.Backbones;

namespace SslFramework.Tests.Core.Backbones;

[TestClass]
internal class RawPixelsTests
{
    [TestMethod]
    public void Forward_GivesThePixelsInARow()
    {
        using var scope = NewDisposeScope();
        using var pixels = new RawPixels(new ViewShape(3, 2, 4));
        var images = Golden.Tensor("images", [5, 3, 2, 4]);

        var features = pixels.Forward(images);

        CollectionAssert.AreEqual(new long[] { 5, pixels.FeatureDimension }, features.shape);
        Assert.IsTrue(features.view(5, 3, 2, 4).allclose(images));
        Assert.IsEmpty(pixels.parameters());
    }
}
