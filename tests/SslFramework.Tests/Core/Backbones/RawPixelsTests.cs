using SslFramework.Core.Backbones;
using TorchSharp;

namespace SslFramework.Tests.Core.Backbones;

[TestClass]
public class RawPixelsTests
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

    [TestMethod]
    public void ForwardMaps_GivesThePixelsOfEverySquareAsChannels()
    {
        using var scope = NewDisposeScope();
        using var pixels = new RawPixels(new ViewShape(2, 8, 12));
        var images = Golden.Tensor("images", [3, 2, 8, 12]);
        var map = pixels.ForwardMaps(images, [0])[0];
        CollectionAssert.AreEqual(new long[] { 3, 32, 2, 3 }, map.shape);
        Assert.AreEqual((32, 4), (pixels.Maps[0].Channels, pixels.Maps[0].Stride));
        var square = images[1, TensorIndex.Colon, 4..8, 8..12].flatten(); // channel by channel, row by row
        Assert.IsTrue(map[1, TensorIndex.Colon, 1, 2].equal(square).all().ToBoolean());

        var odd = pixels.ForwardMaps(images[TensorIndex.Colon, TensorIndex.Colon, 0..7, 0..9], [0])[0];
        CollectionAssert.AreEqual(new long[] { 3, 32, 2, 3 }, odd.shape);
        Assert.AreEqual(images[0, 0, 6, 8].ToSingle(), odd[0, 15, 1, 2].ToSingle(), "the last pixels repeat");
    }
}
