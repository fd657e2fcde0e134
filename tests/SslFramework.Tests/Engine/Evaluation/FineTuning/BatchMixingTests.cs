using SslFramework.Engine.Evaluation.FineTuning;
using TorchSharp;

namespace SslFramework.Tests.Engine.Evaluation.FineTuning;

[TestClass]
internal class BatchMixingTests
{
    [TestMethod]
    public void Apply_Mixup_MixesEachImageAndTargetWithTheOtherEndsByOneShare()
    {
        using var scope = NewDisposeScope();
        var (images, labels) = (Golden.Tensor("images", [4, 1, 6, 6]), tensor(new long[] { 0, 1, 2, 0 }));

        var (mixed, targets) = new BatchMixing(0.8, 0, 0.1).Apply(images, labels, 3, new SampleRandom(1, 2, 3, 4));

        // timm's numbers: on = 1 − ε + ε/C, off = ε/C; image 0 meets image 3, which is of the same class.
        var (on, off) = (0.9f + (0.1f / 3), 0.1f / 3);
        Assert.AreEqual(on, targets[0, 0].item<float>(), 1e-6f);
        var share = (targets[1, 1].item<float>() - off) / (on - off);
        Assert.IsTrue(share is > 0 and < 1, $"{share}");
        Assert.IsTrue(mixed.allclose((images * share) + (images.flip(0) * (1 - share)), 1e-4, 1e-5));
        Assert.IsTrue(targets.sum(dim: 1).allclose(ones(4)));
    }

    [TestMethod]
    public void Apply_CutMix_PutsARectangleInAndSharesByItsArea()
    {
        using var scope = NewDisposeScope();
        var images = stack([zeros(1, 8, 8), ones(1, 8, 8)]);
        var cuts = 0;
        for (var step = 0UL; step < 20; step++)
        {
            var (mixed, targets) = new BatchMixing(0, 1, 0).Apply(images, tensor(new long[] { 0, 1 }), 2, new SampleRandom(1, step, 0, 0));
            var foreign = mixed[0].mean().item<float>(); // part of image 0 that is image 1's
            Assert.AreEqual(foreign, targets[0, 1].item<float>(), 1e-5f);
            Assert.AreEqual(1 - foreign, mixed[1].mean().item<float>(), 1e-5f, "the same rectangle in both");
            cuts += foreign > 0 ? 1 : 0;
        }

        Assert.IsGreaterThan(10, cuts);
    }

    [TestMethod]
    public void Apply_Neither_SmoothsTargetsAlone()
    {
        using var scope = NewDisposeScope();
        var images = Golden.Tensor("images", [2, 1, 4, 4]);
        var (same, targets) = new BatchMixing(0, 0, 0.3).Apply(images, tensor(new long[] { 0, 2 }), 3, new SampleRandom(1, 2, 3, 4));
        Assert.AreEqual(images, same);
        Assert.IsTrue(targets.allclose(tensor(new[,] { { .8f, .1f, .1f }, { .1f, .1f, .8f } })));
    }

    [TestMethod]
    public void Erase_ManyImages_FillsAQuarterOfThemWithNoiseInOneRectangle()
    {
        using var scope = NewDisposeScope();
        var images = zeros(400, 2, 16, 16);
        RandomErasing.Apply(images, 0.25, seed: 1, step: 5);

        var areas = images.ne(0).select(1, 0).flatten(1).sum(1).data<long>().ToArray();
        Assert.IsTrue(areas.Count(area => area > 0) is > 70 and < 130, "about 100 of 400");
        Assert.IsTrue(areas.Where(area => area > 0).All(area => area is >= 3 and <= 100), "2 to 33 % of 256, and what rounding adds");
        Assert.AreEqual(1, images[images.ne(0)].std().item<float>(), 0.05f);

        var again = zeros(400, 2, 16, 16);
        RandomErasing.Apply(again, 0.25, seed: 1, step: 5);
        Assert.AreEqual(images, again);
    }
}
