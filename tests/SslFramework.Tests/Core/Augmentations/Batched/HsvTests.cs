using SslFramework.Core.Augmentations.Batched;

namespace SslFramework.Tests.Core.Augmentations.Batched;

[TestClass]
internal class HsvTests
{
    [TestMethod]
    [DataRow(1, 0, 0, 0.0, 1.0, 1.0)]
    [DataRow(1, 1, 0, 60.0, 1.0, 1.0)]
    [DataRow(0, 1, 0, 120.0, 1.0, 1.0)]
    [DataRow(0, 0.5, 0.5, 180.0, 1.0, 0.5)]
    [DataRow(0, 0, 1, 240.0, 1.0, 1.0)]
    [DataRow(1, 0, 1, 300.0, 1.0, 1.0)]
    [DataRow(0.5, 0.25, 0.25, 0.0, 0.5, 0.5)]
    [DataRow(0.3, 0.3, 0.3, 0.0, 0.0, 0.3)]
    [DataRow(0, 0, 0, 0.0, 0.0, 0.0)]
    public void FromRgb_KnownColours_HaveTheirHue(double red, double green, double blue, double hue, double saturation, double value)
    {
        using var scope = NewDisposeScope();
        var (h, s, v) = Hsv.FromRgb(tensor([red, green, blue]).view(1, 3, 1, 1));
        Assert.AreEqual(hue / 360, h.ToDouble(), 1e-9);
        Assert.AreEqual(saturation, s.ToDouble(), 1e-9);
        Assert.AreEqual(value, v.ToDouble(), 1e-9);
    }

    [TestMethod]
    public void ToRgb_OfFromRgb_IsTheIdentity_AndAWholeTurnChangesNothing()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var rgb = rand([4, 3, 9, 9], float64, generator: generator);
        var (hue, saturation, value) = Hsv.FromRgb(rgb);
        Assert.IsLessThan(1e-9, (Hsv.ToRgb(hue, saturation, value) - rgb).abs().max().ToDouble());
        Assert.IsLessThan(1e-9, (Hsv.ToRgb(hue - 1, saturation, value) - rgb).abs().max().ToDouble());
    }

    [TestMethod]
    public void ToRgb_AThirdOfATurn_MovesTheChannelsOnByOne()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var rgb = rand([2, 3, 5, 5], float64, generator: generator);
        var (hue, saturation, value) = Hsv.FromRgb(rgb);
        Assert.IsLessThan(1e-9, (Hsv.ToRgb(hue + (1.0 / 3), saturation, value) - rgb.roll(1, 1)).abs().max().ToDouble());
    }
}
