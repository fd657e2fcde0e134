using SslFramework.Core.Evaluation.Metrics;

namespace SslFramework.Tests.Core.Evaluation.Metrics;

[TestClass]
internal class ConfidenceTests
{
    [TestMethod]
    [DataRow(80, 2000, 78.19, 81.69)] // statsmodels' proportion_confint(method="wilson")
    [DataRow(100, 10, 72.25, 100)]
    [DataRow(0, 10, 0, 27.75)]
    public void OfPercentage_Hits_IsWilsons(double percentage, int count, double low, double high)
    {
        var interval = Confidence.OfPercentage(percentage, count);
        Assert.AreEqual(low, interval.Low, 0.01);
        Assert.AreEqual(high, interval.High, 0.01);
    }

    [TestMethod]
    public void OfMean_ThreeValues_IsStudents()
    {
        var interval = Confidence.OfMean([10, 11, 12])!.Value; // 11 ± 4.303 · 1 / √3
        Assert.AreEqual(8.5156, interval.Low, 1e-3);
        Assert.AreEqual(13.4844, interval.High, 1e-3);
        Assert.IsNull(Confidence.OfMean([10]));
    }

    [TestMethod]
    [DataRow(3, 4.303)] // scipy.stats.t.ppf(0.975, n - 1)
    [DataRow(20, 2.093)]
    [DataRow(21, 2.086)]
    [DataRow(31, 2.042)]
    [DataRow(121, 1.980)]
    [DataRow(1001, 1.962)]
    public void OfMean_AnyNumberOfValues_IsStudentsToThreeDigits(int count, double factor)
    {
        double[] values = [.. Enumerable.Range(0, count).Select(i => (double)(i % 7))];
        var interval = Confidence.OfMean(values)!.Value;
        Assert.AreEqual(factor, (interval.High - interval.Low) / 2 * Math.Sqrt(count) / Confidence.Deviation(values), 1e-3);
    }

    [TestMethod]
    public void OfMean_AValueThatIsNone_HasNoInterval() => Assert.IsNull(Confidence.OfMean([1, double.NaN, 2]));
}
