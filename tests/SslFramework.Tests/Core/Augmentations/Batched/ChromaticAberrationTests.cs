using SslFramework.Core.Augmentations.Batched;
using SslFramework.Testing;

namespace SslFramework.Tests.Core.Augmentations.Batched;

[TestClass]
internal class ChromaticAberrationTests
{
    private static readonly ViewShape Shape = new(3, 24, 24);

    [TestMethod]
    public void Drop_OneChannelStays_AndTheOthersAreFaintNoise()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(2);
        var images = TestSteps.Batch(1, Shape, 30).Single();
        var channels = arange(30, int64).remainder(3);

        var result = ChromaticAberration.Drop(images, channels, rand([30, 3, 24, 24], generator: generator), share: 0.01);

        var kept = result.eq(images).flatten(2).all(2); // [N, 3]
        Assert.IsTrue(kept.eq(arange(3).eq(channels.unsqueeze(1))).all().ToBoolean(), "the channel that was asked for stays, and no other");
        var noise = result.flatten(2).masked_select(kept.logical_not().unsqueeze(2));
        var deviation = images.flatten(2).std(2, unbiased: false).masked_select(kept).mean().ToDouble();
        Assert.AreEqual(0.01 * deviation, noise.std().ToDouble(), 0.0005 * deviation);
        Assert.AreEqual(0, noise.mean().ToDouble(), 0.0005 * deviation);
    }

    [TestMethod]
    public void Project_TakesOutGreenAgainstMagenta_AndNothingElse()
    {
        using var scope = NewDisposeScope();
        var images = TestSteps.Batch(1, Shape, 10).Single();

        var result = ChromaticAberration.Project(images);

        var along = (-result.narrow(1, 0, 1) + (2 * result.narrow(1, 1, 1)) - result.narrow(1, 2, 1)).abs().max().ToDouble();
        Assert.IsLessThan(1e-5, along);
        Assert.IsLessThan(1e-5, (result.sum(1) - images.sum(1)).abs().max().ToDouble(), "grey values stay");
        Assert.IsLessThan(1e-5, (ChromaticAberration.Project(result) - result).abs().max().ToDouble(), "a projection done twice is the same");
    }
}
