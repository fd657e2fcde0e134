using SslFramework.Core.Objectives;
using TorchSharp;

namespace SslFramework.Tests.Core.Objectives;

[TestClass]
public class KMeansTests
{
    [TestMethod]
    public void Fit_PointsOfTheReference_GivesItsClusters()
    {
        using var scope = NewDisposeScope();
        var golden = new GoldenCase("pretext.json", "kmeans");
        var (points, centers) = (golden.Input("points"), golden.Input("centres"));
        points += 1.2 * centers.index_select(0, arange(60).remainder(4));

        var found = new KMeans(4).Fit(points, points.narrow(0, 0, 4));

        Golden.AssertValues(golden["objective"], tensor(found.Errors.ToArray()), 1e-9, "errors");
        Golden.AssertValues(golden["centroids"], found.Centers, 1e-7, "centers");
        Golden.AssertValues(golden["labels"], found.Labels, 0, "labels");
    }

    [TestMethod]
    public void Fit_FourPointsOnALine_FindsBothPairsInTwoMoves()
    {
        using var scope = NewDisposeScope();
        var points = tensor(new double[] { 0, 1, 9, 10 }, [4, 1]);

        var found = new KMeans(2) { Iterations = 3 }.Fit(points, points.narrow(0, 0, 2));

        CollectionAssert.AreEqual(new[] { 0.5, 9.5 }, found.Centers.data<double>().ToArray());
        CollectionAssert.AreEqual(new long[] { 0, 0, 1, 1 }, found.Labels.data<long>().ToArray());
        Assert.AreEqual(1, found.Errors[2], "after two moves");
    }

    [TestMethod]
    public void Fit_AnEmptyCluster_TakesHalfOfTheLargest()
    {
        using var scope = NewDisposeScope();
        var points = tensor(new double[] { 0, 1, 2, 3, 100, 200 }, [6, 1]);

        // Nothing is near the third center: it goes to the first cluster, which then comes apart.
        var found = new KMeans(4).Fit(points, tensor(new double[] { 1, 100, -900, 200 }, [4, 1]));

        CollectionAssert.AreEquivalent(new[] { 0.5, 2.5, 100, 200 }, found.Centers.data<double>().ToArray());
    }

    [TestMethod]
    public void Fit_OneRowManyTimes_LeavesNothingToSplit_AndIsFinite()
    {
        using var scope = NewDisposeScope();
        var found = new KMeans(3).Fit(ones(9, 4), new SampleRandom(1, 0, 0, 0));
        Assert.IsTrue(found.Centers.isfinite().all().ToBoolean());
    }

    [TestMethod]
    public void Fit_KMeansPlusPlus_FindsFarClustersOfVeryUnevenSizes()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var middles = tensor(new float[] { 0, 0, 50, 0, 0, 50, 50, 50 }, [4, 2]);
        var own = cat([zeros(970, int64), ones(10, int64), full(10, 2, int64), full(10, 3, int64)]);
        var points = middles.index_select(0, own) + (randn([1000, 2], generator: generator) / 10);

        for (var seed = 0UL; seed < 10; seed++)
        {
            var found = new KMeans(4).Fit(points, new SampleRandom(seed, 0, 0, 0));
            Assert.AreEqual(20, found.Errors[^1], 3, $"seed {seed}: two squared deviations per point");
        }
    }

    [TestMethod]
    public void Fit_SameSeed_IsTheSame_AndTouchesNoGlobalGenerator()
    {
        using var scope = NewDisposeScope();
        var points = Golden.Tensor("points", [500, 6]);
        var before = get_rng_state();
        var (one, other) = (Fit(3), Fit(3));

        Assert.IsTrue(one.Centers.eq(other.Centers).all().ToBoolean());
        Assert.IsFalse(one.Centers.allclose(Fit(4).Centers));
        Assert.IsTrue(before.eq(get_rng_state()).all().ToBoolean());

        Clustering Fit(ulong seed) => new KMeans(7).Fit(points, new SampleRandom(seed, 0, 0, 0));
    }

    [TestMethod]
    public void Fit_OnASample_LabelsEveryRow()
    {
        using var scope = NewDisposeScope();
        var points = cat([Golden.Tensor("low", [300, 2]), Golden.Tensor("high", [300, 2]) + 5]);

        var found = new KMeans(2) { MostRows = 40 }.Fit(points, new SampleRandom(1, 0, 0, 0));

        Assert.AreEqual(600, found.Labels.shape[0]);
        Assert.IsTrue(found.Labels.narrow(0, 0, 300).eq(found.Labels[0]).all().ToBoolean());
        Assert.IsTrue(found.Labels.narrow(0, 300, 300).ne(found.Labels[0]).all().ToBoolean());
    }

    [TestMethod]
    public void Fit_Spherical_ClustersDirections()
    {
        using var scope = NewDisposeScope();
        var points = tensor(new[] { 1f, 0, 9, 0.5f, 0, 1, 0.2f, 7 }, [4, 2]);

        var found = new KMeans(2) { Spherical = true }.Fit(points, points.index_select(0, tensor(new long[] { 0, 2 })));

        CollectionAssert.AreEqual(new long[] { 0, 0, 1, 1 }, found.Labels.data<long>().ToArray());
        Assert.IsTrue(found.Centers.norm(1).allclose(ones(2)));
    }

    [TestMethod]
    public void Fit_FewerRowsThanClusters_IsRefused() =>
        Assert.ThrowsExactly<ExperimentException>(() => new KMeans(5).Fit(ones(4, 2), new SampleRandom(1, 0, 0, 0)));

    [TestMethod]
    public void Nearest_EquallyNearCenters_GivesTheFirst()
    {
        using var scope = NewDisposeScope();
        var nearest = KMeans.Nearest(zeros(3, 1), tensor(new[] { 1f, -1, 1 }, [3, 1]));
        CollectionAssert.AreEqual(new long[] { 0, 0, 0 }, nearest.data<long>().ToArray());
    }

    [TestMethod]
    public void Fit_ManyIterations_LeavesNoTensorBehind()
    {
        using var points = Golden.Tensor("points", [50, 3]);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (NewDisposeScope())
        {
            new KMeans(4).Fit(points, new SampleRandom(1, 0, 0, 0));
        }

        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}
