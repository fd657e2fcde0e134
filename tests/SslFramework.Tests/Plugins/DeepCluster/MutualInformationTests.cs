using SslFramework.Plugins.DeepCluster;

namespace SslFramework.Tests.Plugins.DeepCluster;

[TestClass]
public class MutualInformationTests
{
    private static readonly long[] Labels = [0, 0, 1, 1, 2, 2, 2, 5];

    [TestMethod]
    public void Of_AClusteringAndItselfUnderOtherNumbers_Is1() =>
        Assert.AreEqual(1, MutualInformation.Of(Labels, [.. Labels.Select(label => 7 - label)]), 1e-12);

    [TestMethod]
    public void Of_ClusteringsThatSayNothingOfEachOther_Is0()
    {
        Assert.AreEqual(0, MutualInformation.Of([0, 0, 1, 1], [0, 1, 0, 1]), 1e-12);
        Assert.AreEqual(0, MutualInformation.Of(Labels, new long[8]), 1e-12, "all in one");
        Assert.AreEqual(1, MutualInformation.Of(new long[3], new long[3]), "both all in one");
    }

    /// <summary>Four images, of which one moves: entropies ln 2 and H(¼, ¾), together H(½, ¼, ¼).</summary>
    [TestMethod]
    public void Of_OneImageElsewhere_IsTheClosedForm()
    {
        var (a, b, both) = (Math.Log(2), -(0.25 * Math.Log(0.25)) - (0.75 * Math.Log(0.75)), 1.5 * Math.Log(2));
        Assert.AreEqual(2 * (a + b - both) / (a + b), MutualInformation.Of([0, 0, 1, 1], [0, 0, 0, 1]), 1e-12);
    }
}
