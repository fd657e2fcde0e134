using SslFramework.Core.Diagnostics;
using TorchSharp;

namespace SslFramework.Tests.Core.Diagnostics;

[TestClass]
internal class EmbeddingTests
{
    [TestMethod]
    public void Deviation_SameRows_IsZero() =>
        Assert.AreEqual(0, Embedding.Deviation(Golden.Tensor("row", [1, 8]).expand(16, 8)).item<float>(), 1e-4);

    [TestMethod]
    public void Deviation_RowsOfOneDirection_IsZero()
    {
        using var scope = NewDisposeScope();
        var lengths = arange(1, 9, float32).unsqueeze(1);
        Assert.AreEqual(0, Embedding.Deviation(lengths.mul(Golden.Tensor("row", [1, 8]))).item<float>(), 1e-3);
    }

    [TestMethod]
    public void Deviation_SpreadRows_IsOne()
    {
        using var scope = NewDisposeScope();
        var axes = eye(16);
        Assert.AreEqual(1, Embedding.Deviation(cat([axes, axes.neg()])).item<float>(), 1e-5);
        Assert.AreEqual(1, Embedding.Deviation(Golden.Tensor("rows", [512, 16])).item<float>(), 0.02);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    [DataRow(8)]
    public void EffectiveRank_OfSomeEqualAxes_IsTheirNumber(int rank)
    {
        using var scope = NewDisposeScope();
        var rows = eye(8).narrow(0, 0, rank).repeat([4, 1]); // [4·rank, 8]
        Assert.AreEqual(rank, Embedding.EffectiveRank(rows).item<float>(), 1e-3);
    }

    [TestMethod]
    public void EffectiveRank_OfFeaturesThatTellNothing_IsDefined()
    {
        using var scope = NewDisposeScope();
        Assert.AreEqual(1, Embedding.EffectiveRank(full([6, 4], 3)).item<float>(), 1e-3, "one direction");
        Assert.AreEqual(0, Embedding.EffectiveRank(zeros(6, 4)).item<float>(), "none");
        foreach (var broken in new[] { float.NaN, float.PositiveInfinity })
        {
            var rows = eye(4);
            rows[2, 1] = broken;
            Assert.AreEqual(float.NaN, Embedding.EffectiveRank(rows).item<float>());
        }
    }

    [TestMethod]
    public void Statistics_HalfPrecisionWithGradient_AreSingleWithout()
    {
        using var scope = NewDisposeScope();
        var rows = ones([4, 2], bfloat16, requires_grad: true);
        foreach (var statistic in new[] { Embedding.Deviation(rows), Embedding.EffectiveRank(rows) })
        {
            Assert.AreEqual(ScalarType.Float32, statistic.dtype);
            Assert.IsFalse(statistic.requires_grad);
        }
    }

    [TestMethod]
    public void Statistics_OnMetaDevice_HaveTheirShape()
    {
        using var scope = NewDisposeScope();
        var rows = empty([4, 8], device: META);
        Assert.AreEqual(0, Embedding.Deviation(rows).dim());
        Assert.AreEqual(0, Embedding.EffectiveRank(rows).dim());
    }

    [TestMethod]
    public void Uniformity_Rows_EqualsALiteralMeanOverPairs()
    {
        using var scope = NewDisposeScope();
        var rows = Golden.Tensor("rows", [9, 4]);
        var unit = nn.functional.normalize(rows, dim: 1);
        var sum = 0.0;
        for (var i = 0; i < 9; i++)
        {
            for (var j = 0; j < 9; j++)
            {
                sum += i == j ? 0 : Math.Exp(-2 * (unit[i] - unit[j]).square().sum().item<float>());
            }
        }

        Assert.AreEqual(Math.Log(sum / 72), Embedding.Uniformity(rows).item<float>(), 1e-5);
        Assert.AreEqual(0, Embedding.Uniformity(rows[0].expand(9, 4)).item<float>(), 1e-5, "collapsed");
    }

    [TestMethod]
    public void Alignment_OfViews_IsTheirSquaredDistance()
    {
        using var scope = NewDisposeScope();
        var (first, second) = (tensor(new float[,] { { 2, 0 }, { 0, 3 } }), tensor(new float[,] { { 0, 1 }, { 0, 5 } }));
        Assert.AreEqual(1, Embedding.Alignment(first, second).item<float>(), 1e-6); // 2 and 0
    }
}
