using SslFramework.Core.Augmentations.Batched;

namespace SslFramework.Tests.Core.Augmentations.Batched;

[TestClass]
public class YcbcrTests
{
    /// <summary>The ends of the standard's ranges, for 8 bits.</summary>
    [TestMethod]
    [DataRow(0, 0, 0, 16, 128, 128)]
    [DataRow(1, 1, 1, 235, 128, 128)]
    [DataRow(0.5, 0.5, 0.5, 125.5, 128, 128)]
    [DataRow(1, 0, 0, 81.481, 90.203, 240)]
    [DataRow(0, 0, 1, 40.966, 240, 109.786)]
    public void FromRgb_EndsOfTheRange_AreTheStandards(double red, double green, double blue, double y, double cb, double cr)
    {
        using var scope = NewDisposeScope();
        var converted = Ycbcr.FromRgb(tensor([red, green, blue]).view(1, 3, 1, 1)).view(3).data<double>().ToArray();
        Assert.AreEqual(y, converted[0], 1e-9);
        Assert.AreEqual(cb, converted[1], 1e-9);
        Assert.AreEqual(cr, converted[2], 1e-9);
    }
}
