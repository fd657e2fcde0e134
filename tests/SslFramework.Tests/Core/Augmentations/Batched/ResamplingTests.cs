using SslFramework.Core.Augmentations.Batched;
using SslFramework.Testing;
using TorchSharp;

namespace SslFramework.Tests.Core.Augmentations.Batched;

[TestClass]
internal class ResamplingTests
{
    private const int Side = 24;
    private const int Smallest = 3;

    [TestMethod]
    public void Matrices_AgainstTwoResizes_AreEqual()
    {
        using var scope = NewDisposeScope();
        var image = TestSteps.Batch(1, new ViewShape(1, Side, Side), 1).Single();
        var matrices = Resampling.Matrices(Side, Smallest);
        CollectionAssert.AreEqual(new long[] { Side - Smallest + 1, Side, Side }, matrices.shape);
        foreach (var size in new[] { Smallest, 7, 16, Side - 1, Side })
        {
            var resampled = Resampling.Apply(image, matrices, tensor(new long[] { size - Smallest }));
            var literal = Resize(Resize(image, size, antialias: true), Side, antialias: false);
            Assert.IsLessThan(1e-5, (resampled - literal).abs().max().ToDouble());
        }
    }

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(0.33)]
    [DataRow(1.0)]
    public void Draw_Probability_IsHowManyImagesChange(double probability)
    {
        using var scope = NewDisposeScope();
        var batch = TestSteps.Batch(1, new ViewShape(1, Side, Side), 400);
        var matrices = Resampling.Matrices(Side, Smallest);
        var samples = new ViewBatch([], [.. batch.Indices.Take(40)]);
        var chosen = Resampling.Draw(matrices, probability, samples, images: 10, new StepRandom(1, 0));

        var result = Resampling.Apply(batch.Single(), matrices, chosen);

        var changed = (result - batch.Single()).abs().flatten(1).amax([1]).gt(1e-4).to(float32).mean().ToDouble();
        Assert.AreEqual(probability, changed, 0.07);
    }

    [TestMethod]
    public void Draw_Areas_AreUniform()
    {
        using var scope = NewDisposeScope();
        var samples = new ViewBatch([], [.. Enumerable.Range(0, 100).Select(i => (long)i)]);
        var chosen = Resampling.Draw(Resampling.Matrices(Side, Smallest), 1, samples, images: 30, new StepRandom(1, 0));
        var areas = (chosen + Smallest).square().to(float32);
        Assert.AreEqual(((Smallest * Smallest) + ((Side - 1) * (Side - 1))) / 2.0, areas.mean().ToDouble(), 12);
        Assert.AreEqual(0, chosen.min().ToInt64());
        Assert.AreEqual(Side - 1 - Smallest, chosen.max().ToInt64());
    }

    private static Tensor Resize(Tensor image, long side, bool antialias) => nn.functional.interpolate(
        image, [side, side], mode: InterpolationMode.Bilinear, align_corners: false, antialias: antialias);
}
