using SslFramework.Engine.Pictures;

namespace SslFramework.Tests.Engine.Pictures;

[TestClass]
internal class TSneTests
{
    [TestMethod]
    public void Map_OfThreeHeaps_KeepsThemApart()
    {
        using var scope = NewDisposeScope();
        var heaps = Enumerable.Range(0, 90).Select(i => i % 3).ToArray();
        var rows = randn([90, 10], generator: new Generator(1)) + nn.functional.one_hot(tensor(heaps.Select(h => (long)h).ToArray()), 10).to(float32).mul(20);
        var start = PrincipalComponents.Of(rows, 2);
        var vectors = rows.data<float>().ToArray().Chunk(10).ToArray();
        var (x, y) = TSne.Map(vectors, [.. start.contiguous().data<float>().ToArray().Chunk(2)]);

        for (var i = 0; i < 90; i++)
        {
            var nearest = Enumerable.Range(0, 90).Where(j => j != i).MinBy(j => Math.Pow(x[i] - x[j], 2) + Math.Pow(y[i] - y[j], 2));
            Assert.AreEqual(heaps[i], heaps[nearest]);
        }

        var again = TSne.Map(vectors, [.. start.contiguous().data<float>().ToArray().Chunk(2)]);
        CollectionAssert.AreEqual(x, again.X);
    }

    [TestMethod]
    public void Map_OfAThousandPoints_TakesSeconds()
    {
        using var scope = NewDisposeScope();
        var rows = randn([1000, 50], generator: new Generator(1));
        var clock = System.Diagnostics.Stopwatch.StartNew();
        TSne.Map([.. rows.data<float>().ToArray().Chunk(50)], [.. rows.narrow(1, 0, 2).contiguous().data<float>().ToArray().Chunk(2)]);
        Assert.IsLessThan(5, clock.Elapsed.TotalSeconds);
    }

    [TestMethod]
    public void Map_OfOneOrOfEqualPoints_IsFinite()
    {
        float[][] same = [.. Enumerable.Repeat(new float[] { 1, 2 }, 5)];
        Assert.IsTrue(TSne.Map(same, [.. Enumerable.Repeat(new float[2], 5)]).X.All(float.IsFinite));
        Assert.HasCount(1, TSne.Map([[1, 2]], [[0, 0]]).X);
    }

    [TestMethod]
    public void PrincipalComponents_OfALine_FollowIt()
    {
        using var scope = NewDisposeScope();
        var places = arange(-5, 6).to(float32); // [11]
        var components = PrincipalComponents.Of(stack([places * 3, places * 4], 1), 2);
        var first = components.select(1, 0).data<float>().ToArray();
        Assert.AreEqual(25, Math.Abs(first[0]), 1e-3);
        Assert.AreEqual(25, first.Max(), 1e-3, "the farthest row, of equals the first, is positive");
        Assert.AreEqual(0, components.select(1, 1).abs().max().item<float>(), 1e-3);
    }
}
