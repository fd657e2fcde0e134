using SslFramework.Core.Augmentations.Batched;

namespace SslFramework.Tests.Core.Augmentations.Batched;

[TestClass]
public class LowPassTests
{
    [TestMethod]
    public void Apply_OnePoint_GivesTheGaussian()
    {
        using var scope = NewDisposeScope();
        var image = zeros(1, 1, 31, 31, float64);
        image[0, 0, 15, 15].fill_(1);

        var blurred = LowPass.Apply(image, 2)[0, 0];

        Assert.AreEqual(1, blurred.sum().ToDouble(), 1e-12);
        Assert.AreEqual(Math.Exp(-(9 + 4) / 8.0), (blurred[12, 17] / blurred[15, 15]).ToDouble(), 1e-12, "3 up and 2 to the right");
    }

    [TestMethod]
    public void Apply_FlatImages_LeavesThemToTheEdge_AndChannelsApart()
    {
        using var scope = NewDisposeScope();
        var images = tensor(new double[] { 3, -1, 5, 0.5 }).view(2, 2, 1, 1).expand(2, 2, 4, 9);
        Assert.IsTrue(LowPass.Apply(images, 2).allclose(images, rtol: 0, atol: 1e-12));
    }
}
