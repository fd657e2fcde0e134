using SslFramework.Plugins.Detection;

namespace SslFramework.Tests.Plugins.Detection;

[TestClass]
public class AnchorGeneratorTests
{
    [TestMethod]
    public void Of_OneSize_HasItsAreaInEveryRatioAroundThePlacesCorner()
    {
        var anchors = new AnchorGenerator([[32]], [0.5, 1, 2]).Of(0, 16, 1, 2);
        Assert.HasCount(6, anchors);
        AssertBox((-22.627417, -11.3137085, 45.254834, 22.627417), anchors[0]); // √2 · 32 wide, 32 / √2 high
        AssertBox((-16, -16, 32, 32), anchors[1]);
        AssertBox((-11.3137085, -22.627417, 22.627417, 45.254834), anchors[2]);
        AssertBox((0, -16, 32, 32), anchors[4]); // the next place lies 16 pixels to the right
    }

    [TestMethod]
    public void Of_SeveralSizes_LiesRowByRow_PlaceByPlace_SizeBySize()
    {
        var generator = new AnchorGenerator([[8, 16], [32, 64]], [1]);
        CollectionAssert.AreEqual(new[] { 2, 2 }, generator.PerPlace.ToArray());
        var anchors = generator.Of(1, 4, 2, 2);
        Assert.HasCount(8, anchors);
        AssertBox((-16, -16, 32, 32), anchors[0]);
        AssertBox((-32, -32, 64, 64), anchors[1]);
        AssertBox((4 - 16, -16, 32, 32), anchors[2]);
        AssertBox((-16, 4 - 16, 32, 32), anchors[4]);
    }

    private static void AssertBox((double Left, double Top, double Width, double Height) expected, Box box)
    {
        Assert.AreEqual(expected.Left, box.Left, 1e-6);
        Assert.AreEqual(expected.Top, box.Top, 1e-6);
        Assert.AreEqual(expected.Width, box.Width, 1e-6);
        Assert.AreEqual(expected.Height, box.Height, 1e-6);
    }
}
