using SslFramework.Core.Augmentations.Batched;
using SslFramework.Core.Objectives;
using TorchSharp;

namespace SslFramework.Tests.Core.Objectives;

[TestClass]
public class ColorBinsTests
{
    private static readonly System.Text.Json.JsonElement Colors = Golden.Open("colour.json");

    /// <summary>The authors' file, found by a formula.</summary>
    [TestMethod]
    public void Centers_OfAllColors_AreTheAuthors()
    {
        using var scope = NewDisposeScope();
        var expected = Colors.GetProperty("bins").GetProperty("ranges").EnumerateObject().SelectMany(row =>
        {
            var (first, last) = (row.Value[0].GetInt32(), row.Value[1].GetInt32());
            return Enumerable.Range(0, ((last - first) / 10) + 1).SelectMany(i => new double[] { int.Parse(row.Name), first + (10 * i) });
        }).ToArray();
        CollectionAssert.AreEqual(expected, ColorBins.Centers(float64, CPU).data<double>().ToArray());
        Assert.HasCount(2 * ColorBins.Count, expected);
        var origin = Colors.GetProperty("bins").GetProperty("index_of_0_0").GetInt64();
        Assert.AreEqual(origin, ColorBins.Nearest(zeros(1, 2)).ToInt64());
    }

    /// <summary>Beside the authors' encoder.</summary>
    [TestMethod]
    public void Soften_OfManyColors_GivesTheAuthorsShares()
    {
        using var scope = NewDisposeScope();
        var rows = Colors.GetProperty("soft_targets").GetProperty("rows").EnumerateArray().ToArray();
        var ab = Golden.Tensor("colour.ab", [rows.Length, 2], 200).to(float64);
        var (bins, shares) = ColorBins.Soften(ab);
        var (singleBins, _) = ColorBins.Soften(ab.to(float32));
        for (var i = 0; i < rows.Length; i++)
        {
            var expected = rows[i].GetProperty("bins").EnumerateArray().Select(bin => bin.GetInt64()).ToArray();
            CollectionAssert.AreEqual(expected, bins[i].data<long>().ToArray(), $"row {i}");
            Assert.AreEqual(expected[0], singleBins[i, 0].ToInt64());
            Golden.AssertValues(rows[i].GetProperty("weights"), shares[i], 1e-7, $"row {i}");
        }

        Assert.IsLessThan(1e-12, (shares.sum([1]) - 1).abs().max().ToDouble());
        Assert.IsTrue(ColorBins.Nearest(ab).eq(bins.select(1, 0)).all().ToBoolean());
    }

    [TestMethod]
    public void Soften_OfTwoColors_GivesTheExamples()
    {
        using var scope = NewDisposeScope();
        var (bins, shares) = ColorBins.Soften(tensor(new double[] { 2, -5, 0, 0 }, [2, 2]));
        var centers = ColorBins.Centers(float64, CPU);
        double[] first = [.360793, .360793, .108669, .108669, .021940, .021940, .006608, .006608, .001990, .001990];
        double[] second = [.619218, .083802, .083802, .083802, .083802];
        Assert.IsLessThan(1e-6, (shares[0] - tensor(first)).abs().max().ToDouble());
        Assert.IsLessThan(1e-6, (shares[1, ..5] - tensor(second)).abs().max().ToDouble());
        CollectionAssert.AreEquivalent(new double[] { 0, -10 }, centers[bins[0, ..2]].select(1, 1).data<double>().ToArray());
        CollectionAssert.AreEqual(new double[] { 0, 0 }, centers[bins[1, 0]].data<double>().ToArray());
    }

    [TestMethod]
    public void AnnealedMean_OfACertainAndOfAnEvenChoice_LiesWhereItShould()
    {
        using var scope = NewDisposeScope();
        var logits = full([1, ColorBins.Count, 1, 2], -1e4);
        logits[0, 139, 0, 0] = 0; // (10, 0)
        logits[0, 120, 0, 1] = 0; // (0, 0)
        logits[0, 139, 0, 1] = 0;
        var ab = ColorBins.AnnealedMean(logits);
        CollectionAssert.AreEqual(new float[] { 10, 5, 0, 0 }, ab.contiguous().data<float>().ToArray());
    }

    [TestMethod]
    public void Pick_OfEveryFourthPixel_BeginsAtTheFirst()
    {
        using var scope = NewDisposeScope();
        var picked = ColorBins.Pick(arange(3 * 9 * 8).view(1, 3, 9, 8), 4);
        CollectionAssert.AreEqual(new long[] { 1, 3, 2, 3 }, picked.shape);
        CollectionAssert.AreEqual(new long[] { 36, 36 + 72, 36 + 144 }, picked[0, 1, 1].contiguous().data<long>().ToArray());
    }

    [TestMethod]
    public void ToRgb_OfColorsOfAScreen_GivesThemBack()
    {
        using var scope = NewDisposeScope();
        var colors = Golden.Tensor("colors", [1, 3, 16, 16], 1, 0.5).to(float64);
        Assert.IsLessThan(1e-4, (Lab.ToRgb(Lab.FromRgb(colors)) - colors).abs().max().ToDouble());
    }
}
