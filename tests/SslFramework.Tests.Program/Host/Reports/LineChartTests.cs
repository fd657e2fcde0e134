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
        StringAssert.Contains(text, "<polyline class=\"line\" points=\"58,");
    }

    [TestMethod]
    public void Draw_ASinglePoint_IsInTheMiddle()
    {
        var text = new LineChart("loss", "epoch", [new Series("loss", [new(1, 0.5)])]).Draw().Text;
        StringAssert.Contains(text, "<circle class=\"mark\" cx=\"231\"");
        StringAssert.Contains(text, ">1</text>", "its place is told");
        Assert.DoesNotContain("NaN", text);
    }

    [TestMethod]
    public void Draw_FewPoints_AnswersAllAlongTheAxis()
    {
        var text = new LineChart("loss", "epoch", [new Series("loss", [new(1, 1), new(2, 2)])]).Draw().Text;
        var strips = System.Text.RegularExpressions.Regex.Matches(text, "class=\"strip\" x=\"([0-9.]+)\" y=\"10\" width=\"([0-9.]+)\"")
            .Select(match => (From: double.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture), Width: double.Parse(match.Groups[2].Value, System.Globalization.CultureInfo.InvariantCulture))).ToArray();
        Assert.HasCount(2, strips);
        Assert.IsTrue(strips.All(strip => strip.From >= 58 && strip.From + strip.Width <= 410.01), "and none goes beyond them");
        Assert.AreEqual(346, strips.Sum(strip => strip.Width), 0.1, "all of the axis answers");
    }

    [TestMethod]
    public void Draw_SeriesWithAColourOfItsOwn_KeepsItWhereOthersAreMissing()
    {
        var text = new LineChart("accuracy", "epoch", [new Series("first", []), new Series("second", [new(1, 1)]) { Color = 1 }]).Draw().Text;
        StringAssert.Contains(text, "<g class=\"s1\">");
        StringAssert.Contains(text, "<span class=\"s1\"><i class=\"key\"></i>second</span>", "a single line is named too, where the title does not");
    }

    [TestMethod]
    public void Draw_WithoutAPoint_IsNothing() => Assert.AreEqual("", new LineChart("t", "x", [new Series("s", [])]).Draw().Text);
}
