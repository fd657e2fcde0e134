using SslFramework.Core.Evaluation;

namespace SslFramework.Tests.Core.Evaluation;

[TestClass]
public class ConfidenceTests
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
}
