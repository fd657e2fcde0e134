using SslFramework.Plugins.Exemplar;

namespace SslFramework.Tests.Plugins.Exemplar;

[TestClass]
public class ColourAxesTests
{
    [TestMethod]
    public void Axes_OfColoursAlongALine_BeginWithThatLine()
    {
        using var scope = NewDisposeScope();
        // Brightness goes far, green against magenta a little.
        var images = new TestImages(3, 16, 16, 3, (_, y, x, c) => (byte)(40 + (10 * y) + (c == 1 ? 2 * (x % 2) : -(x % 2))));

        var (mean, axes) = ColourAxes.Of(images);

        Assert.IsLessThan(1e-3, (axes.t().mm(axes) - eye(3)).abs().max().ToDouble(), "of length 1 and at right angles");
        Assert.AreEqual(1, Math.Abs(axes.select(1, 0).sum().ToDouble()) / Math.Sqrt(3), 1e-3);
        Assert.AreEqual(1, Math.Abs(axes.select(1, 1).mul(tensor(new[] { -1f, 2, -1 })).sum().ToDouble()) / Math.Sqrt(6), 1e-2);
        Assert.AreEqual((40 + 75 + 1) / 255.0, mean[1].ToDouble(), 1e-6);
    }

    [TestMethod]
    public void Axes_OfGreyImages_AreOne()
    {
        using var scope = NewDisposeScope();
        var (mean, axes) = ColourAxes.Of(new TestImages(3, 4, 4, 1, (image, _, _, _) => (byte)(51 * image)));
        Assert.AreEqual(0.2, mean.ToDouble(), 1e-6);
        Assert.AreEqual(1, Math.Abs(axes.ToDouble()), 1e-6);
    }
}
