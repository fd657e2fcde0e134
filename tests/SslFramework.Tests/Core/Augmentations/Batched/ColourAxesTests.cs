using SslFramework.Core.Augmentations.Batched;
using SslFramework.Tests.Core.Data;

namespace SslFramework.Tests.Core.Augmentations.Batched;

[TestClass]
internal class ColourAxesTests
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

    [TestMethod]
    public void Stretch_AgainstALiteralVersion_IsEqual()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var images = rand([1, 3, 8, 8], generator: generator);
        var (_, axes) = linalg.eigh(tensor(new[] { 2, 0.3f, 0.1f, 0.3f, 1, 0.2f, 0.1f, 0.2f, 3 }, [3, 3]));
        var mean = tensor(new[] { 0.4f, 0.5f, 0.6f });
        float[] factors = [2, 0.5f, 1.5f];

        var result = ColourAxes.Stretch(images, tensor(factors, [1, 3]), mean, axes);

        var literal = mean.view(3, 1, 1) + zeros(3, 8, 8);
        for (var k = 0; k < 3; k++)
        {
            var axis = axes.select(1, k).view(3, 1, 1);
            literal += axis * ((images[0] - mean.view(3, 1, 1)) * axis).sum(0, keepdim: true) * factors[k];
        }

        Assert.IsLessThan(1e-5, (result[0] - literal).abs().max().ToDouble());
    }
}
