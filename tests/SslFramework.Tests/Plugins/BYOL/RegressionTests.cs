using SslFramework.Core.Tensors;
using SslFramework.Plugins.BYOL;
using TorchSharp;

namespace SslFramework.Tests.Plugins.BYOL;

[TestClass]
public class RegressionTests
{
    [TestMethod]
    public void Loss_OfTheAuthorsLines_LossAndGradientsAreEqual()
    {
        using var scope = NewDisposeScope();
        var golden = new GoldenCase("joint_embedding.json", "byol");
        var (p1, p2) = (golden.Input("p1").requires_grad_(), golden.Input("p2").requires_grad_());
        var (z1, z2) = (golden.Input("z1"), golden.Input("z2"));

        var loss = Regression.Loss(p1.UnitRows(), z2.UnitRows()) + Regression.Loss(p2.UnitRows(), z1.UnitRows());
        loss.backward();

        golden.AssertLoss(loss);
        golden.AssertGradients(("p1", p1), ("p2", p2));
    }

    [TestMethod]
    public void Loss_OfTheExamples_IsThatOfTheAuthorsCode()
    {
        using var scope = NewDisposeScope();
        var values = Golden.Open("examples.json").GetProperty("values");
        var (a, b) = (Made((i, j) => (3 * i) + j - 4).UnitRows(), Made((i, j) => Math.Sin(0.7 * ((3 * i) + j))).UnitRows());

        var (one, both) = (Regression.Loss(a, b), Regression.Loss(a, b) + Regression.Loss(b, a));

        Golden.AssertClose(values.GetProperty("byol one direction")[0].GetDouble(), one.item<double>(), 1e-9, "one direction");
        Golden.AssertClose(values.GetProperty("byol")[0].GetDouble(), both.item<double>(), 1e-9, "both directions");
    }

    [TestMethod]
    public void Loss_EqualOppositeAndOrthogonalRows_Is0And4And2()
    {
        using var scope = NewDisposeScope();
        var rows = eye(4).to(float64);
        Assert.AreEqual(0, Regression.Loss(rows, rows).item<double>());
        Assert.AreEqual(4, Regression.Loss(rows, -rows).item<double>());
        Assert.AreEqual(2, Regression.Loss(rows, rows.roll(1, 0)).item<double>());
    }

    private static Tensor Made(Func<int, int, double> value) =>
        tensor(Enumerable.Range(0, 4).SelectMany(i => Enumerable.Range(0, 3).Select(j => value(i, j))).ToArray(), [4, 3]);
}
