using SslFramework.Host.Reports;

namespace SslFramework.Tests.Host.Reports;

[TestClass]
public class LineChartTests
{
    [TestMethod]
    [DataRow(0.0, 1.0, "0 0.2 0.4 0.6 0.8 1")]
    [DataRow(66.4, 82.4, "65 70 75 80 85")]
    [DataRow(-3.0, 14.0, "-5 0 5 10 15")]
    [DataRow(2.0, 2.0, "1.8 1.9 2 2.1 2.2")]
    [DataRow(0.0, 60000.0, "0 20 k 40 k 60 k")]
    public void Ticks_OfARange_AreRoundAndEncloseIt(double low, double high, string expected) =>
        Assert.AreEqual(expected, string.Join(' ', AxisTicks.Around(low, high).Values.Select(AxisTicks.Text)));

    [TestMethod]
    public void Thinned_ManyPoints_KeepsEverySpike()
    {
        var points = Enumerable.Range(0, 10_000).Select(i => new ChartPoint(i, i == 7_777 ? 100 : i % 2)).ToArray();
        var thinned = new Series("loss", points).Thinned().Points;
        Assert.IsLessThan(450, thinned.Count);
        Assert.AreEqual(100, thinned.Max(p => p.Y));
        CollectionAssert.AreEqual(thinned.OrderBy(p => p.X).ToArray(), thinned.ToArray());
    }

    [TestMethod]
    public void Draw_SeriesOfANumberAndOfAName_EscapesTheName()
    {
        var text = new LineChart("a<b", "epoch", [new Series("\"x\"", [new(0, 1), new(1, 2)]), new Series("y", [new(0, 2)])]).Draw().Text;
        StringAssert.Contains(text, "a&lt;b");
        StringAssert.Contains(text, "&quot;x&quot;");
        StringAssert.Contains(text, "<polyline class=\"line\" points=\"46,");
    }

    [TestMethod]
    public void Draw_WithoutAPoint_IsNothing() => Assert.AreEqual("", new LineChart("t", "x", [new Series("s", [])]).Draw().Text);
}
