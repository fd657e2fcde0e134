using SslFramework.Core.Objectives;
using SslFramework.Core.Tensors;
using TorchSharp;

namespace SslFramework.Tests.Core.Objectives;

[TestClass]
public class WhiteningTests
{
    [TestMethod]
    public void Apply_FeaturesOfTheReference_AreThoseOfDeepCluster()
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Open("pretext.json").GetProperty("deep_cluster_features");
        var (made, mix) = (Golden.Tensor("deep_cluster.features", [300, 12], 2), Golden.Tensor("deep_cluster.mix", [12, 12]));
        var features = made.to(float64).mm(mix.to(float64)) + Golden.Tensor("deep_cluster.offset", [12], 3).to(float64);

        var whitening = Whitening.Of(features, 5);
        var unit = whitening.Apply(features).UnitRows();
        var gram = unit.mm(unit.t());

        Golden.AssertValues(golden.GetProperty("eigenvalues"), whitening.Variances, 1e-9, "variances");
        Golden.AssertStats(golden.GetProperty("gram"), gram, 1e-7, "products of rows");
        Golden.AssertValues(golden.GetProperty("gram_row7"), gram[7], 1e-7, "row 7");
    }

    [TestMethod]
    public void Apply_ToItsOwnRows_GivesMeanZeroAndTheUnitMatrix()
    {
        using var scope = NewDisposeScope();
        var rows = Golden.Tensor("rows", [400, 6]).mm(Golden.Tensor("mix", [6, 6])) + 3;

        var white = Whitening.Of(rows, 4).Apply(rows);

        Assert.IsLessThan(1e-4, white.mean([0]).abs().max().ToDouble());
        Assert.IsLessThan(1e-3, (white.t().mm(white) / 400 - eye(4)).abs().max().ToDouble());
    }

    [TestMethod]
    public void Of_RowsWithoutVariance_StaysFinite()
    {
        using var scope = NewDisposeScope();
        var rows = cat([Golden.Tensor("rows", [50, 2]), zeros(50, 3)], 1);
        Assert.IsTrue(Whitening.Of(rows, 5).Apply(rows).isfinite().all().ToBoolean());
    }

    /// <summary>More dimensions than rows, whose components come from the products of rows: those of as many rows twice.</summary>
    [TestMethod]
    public void Of_FewerRowsThanDimensions_IsThatOfTheSameRowsTwice()
    {
        using var scope = NewDisposeScope();
        var rows = Golden.Tensor("rows", [6, 8]).to(float64);

        var (few, many) = (Whitening.Of(rows, 7), Whitening.Of(cat([rows, rows]), 7));

        Assert.IsTrue(few.Variances.allclose(many.Variances, rtol: 0, atol: 1e-12));
        Assert.IsTrue(few.Components.narrow(1, 0, 5).allclose(many.Components.narrow(1, 0, 5), rtol: 1e-9, atol: 1e-9), "six rows lie in five dimensions");
        Assert.IsTrue(few.Components.isfinite().all().ToBoolean());
        Assert.IsTrue(few.Components.select(1, 6).eq(0).all().ToBoolean(), "no row is left for the seventh");
    }

    [TestMethod]
    [DataRow(3)]
    [DataRow(9)]
    public void Of_EqualRows_MakesThemZeros(int count)
    {
        using var scope = NewDisposeScope();
        Assert.IsTrue(Whitening.Of(ones(count, 8), 4).Apply(ones(count, 8)).eq(0).all().ToBoolean());
    }

    [TestMethod]
    public void Of_TurnedAxes_HaveTheSameSigns()
    {
        using var scope = NewDisposeScope();
        var rows = Golden.Tensor("rows", [100, 4]) * tensor(new float[] { 4, 3, 2, 1 });
        var components = Whitening.Of(rows, 4).Components;
        Assert.IsTrue(components.gather(0, components.abs().argmax(0, keepdim: true)).gt(0).all().ToBoolean());
    }
}
