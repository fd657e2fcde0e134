using SslFramework.Core.Objectives;
using SslFramework.Testing;

namespace SslFramework.Tests.Core.Objectives;

[TestClass]
internal class PairFigureTests
{
    [TestMethod]
    public void Draw_TwoViewsOfEachImage_ShowsTheNearestOfTheOthers()
    {
        using var scope = NewDisposeScope();
        var first = arange(3).to(float32).view(3, 1, 1, 1).expand(3, 1, 2, 2); // 0, 1 and 2, of 0 … 5 in all
        var batch = new ViewBatch([first, first + 3], [7, 8, 9]);
        var keys = tensor(new[] { 1f, 0, 0.6f, 0.8f, 0, 1 }, [3, 2]);

        using var inner = NewDisposeScope();
        var figure = PairFigure.Draw(batch, (_, _) => (keys * 2, keys));

        Assert.AreEqual(1, inner.DisposablesCount, "only the pictures are left");
        CollectionAssert.AreEqual(new long[] { 3, 3, 1, 2, 2 }, figure.Pictures.shape);
        CollectionAssert.AreEqual(new byte[] { 0, 153, 204, 51, 204, 255, 102, 255, 204 }, figure.Pictures.amax([2, 3, 4]).flatten().data<byte>().ToArray());
        CollectionAssert.AreEqual(new[] { "", "1.00", "0.60", "", "1.00", "0.80", "", "1.00", "0.80" }, figure.Captions.ToArray());
    }

    [TestMethod]
    public void Draw_ASingleImage_HasNoOthers()
    {
        using var scope = NewDisposeScope();
        var figure = PairFigure.Draw(TestSteps.Batch(2, new ViewShape(3, 4, 4), 1), (one, other) => (one.flatten(1), other.flatten(1)));
        CollectionAssert.AreEqual(new long[] { 1, 2, 3, 4, 4 }, figure.Pictures.shape);
        Assert.HasCount(2, figure.ColumnTitles);
        Assert.HasCount(2, figure.Captions);
    }
}
