using SslFramework.Plugins.Detection;

namespace SslFramework.Tests.Plugins.Detection;

[TestClass]
public class BoxCoderTests
{
    [TestMethod]
    public void Encode_OfProposals_IsWaysInSidesAndLogarithmsOfSizes()
    {
        var deltas = new float[4];
        BoxCoder.OfProposals.Encode(new(0, 0, 10, 20), new(5, 10, 20, 20), deltas);
        CollectionAssert.AreEqual(new[] { 1f, 0.5f, (float)Math.Log(2), 0f }, deltas);
        BoxCoder.OfDetections.Encode(new(0, 0, 10, 20), new(5, 10, 20, 20), deltas);
        CollectionAssert.AreEqual(new[] { 10f, 5f, (float)(5 * Math.Log(2)), 0f }, deltas);
    }

    [TestMethod]
    public void Decode_OfWhatWasEncoded_IsTheBox()
    {
        var (random, deltas) = (new SampleRandom(1, 2, 3, 4), new float[4]);
        for (var i = 0; i < 100; i++)
        {
            var (from, to) = (Any(ref random), Any(ref random));
            foreach (var coder in new[] { BoxCoder.OfProposals, BoxCoder.OfDetections })
            {
                coder.Encode(from, to, deltas);
                var box = coder.Decode(from, deltas);
                Assert.AreEqual(to.Left, box.Left, 1e-4);
                Assert.AreEqual(to.Bottom, box.Bottom, 1e-4);
                Assert.AreEqual(to.Width, box.Width, 1e-4);
            }
        }

        static Box Any(ref SampleRandom random) =>
            new(random.NextDouble(-50, 50), random.NextDouble(-50, 50), random.NextDouble(5, 80), random.NextDouble(5, 80));
    }

    [TestMethod]
    public void Decode_HugeDifferences_GrowsBySixtyTwoAndAHalfAtMost() =>
        Assert.AreEqual(62.5, BoxCoder.OfProposals.Decode(new(0, 0, 1, 1), [0, 0, 100, 100]).Width, 1e-9);
}
