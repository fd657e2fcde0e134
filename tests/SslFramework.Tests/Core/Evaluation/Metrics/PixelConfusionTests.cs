using SslFramework.Core.Evaluation.Metrics;

namespace SslFramework.Tests.Core.Evaluation.Metrics;

[TestClass]
public class PixelConfusionTests
{
    /// <summary>By hand: intersections over unions of 1/3, 2/3 and 0, and a class that does not occur.</summary>
    [TestMethod]
    public void Measure_ACaseByHand_IsThat()
    {
        var confusion = new PixelConfusion(4);
        confusion.Add([0, 0, 1, 1, 255, 2], [0, 1, 1, 1, 1, 0]);
        var numbers = Of(confusion, background: 0);
        Assert.AreEqual(100.0 / 3, numbers["mIoU"], 1e-12);
        Assert.AreEqual(100.0 / 3, numbers["foreground mIoU"], 1e-12);
        Assert.AreEqual(60, numbers["pixel accuracy"], 1e-12);
        Assert.AreEqual(50, numbers["mean class accuracy"], 1e-12);
        Assert.AreEqual((1L, 1L, 2L, 1L), (confusion[0, 0], confusion[0, 1], confusion[1, 1], confusion[2, 0]));
        Assert.AreEqual(200.0 / 3, confusion.IntersectionOverUnion(1), 1e-12);
        Assert.AreEqual(double.NaN, confusion.IntersectionOverUnion(3));
        Assert.IsFalse(Of(confusion, background: null).ContainsKey("foreground mIoU"));
    }

    [TestMethod]
    public void Measure_AClassThatIsOnlyPredicted_CountsZero()
    {
        var confusion = new PixelConfusion(2);
        confusion.Add([0, 0], [0, 1]);
        Assert.AreEqual(25, Of(confusion, null)["mIoU"], 1e-12);
    }

    [TestMethod]
    public void Measure_AConstantPrediction_IsItsShareOverAllClasses()
    {
        var confusion = new PixelConfusion(3);
        confusion.Add([0, 0, 1, 2, 2, 2, 2, 2], [2, 2, 2, 2, 2, 2, 2, 2]);
        Assert.AreEqual(100 * 5.0 / 8 / 3, Of(confusion, null)["mIoU"], 1e-12);
    }

    /// <summary>Sums over all images: the mean of two images' numbers would be 75.</summary>
    [TestMethod]
    public void Measure_SeveralImages_SumsBeforeItDivides()
    {
        var confusion = new PixelConfusion(1);
        confusion.Add([0], [0]);
        var two = new PixelConfusion(2);
        two.Add([0], [0]);
        two.Add([0, 0, 0, 1], [1, 0, 1, 0]);
        Assert.AreEqual(100, Of(confusion, null)["mIoU"]);
        Assert.AreEqual(100 * 2.0 / 5 / 2, Of(two, null)["mIoU"], 1e-12);
        var interval = two.Measure()[0].Interval!.Value;
        Assert.IsTrue(interval.Low < 20 && interval.High == 100, $"{interval}");
    }

    [TestMethod]
    public void Add_APredictionOfNoClass_IsRefused() =>
        Assert.ThrowsExactly<ArgumentException>(() => new PixelConfusion(2).Add([0, 1], [0, 255]));

    [TestMethod]
    public void Measure_NothingCounted_IsNotANumberWithoutInterval()
    {
        var confusion = new PixelConfusion(2);
        confusion.Add([255], [0]);
        Assert.IsTrue(confusion.Measure(0).All(number => double.IsNaN(number.Value) && number.Interval is null));
    }

    private static Dictionary<string, double> Of(PixelConfusion confusion, int? background) =>
        confusion.Measure(background).ToDictionary(number => number.Metric, number => number.Value);
}
