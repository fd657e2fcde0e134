using SslFramework.Plugins.SimSiam;
using TorchSharp;

namespace SslFramework.Tests.Plugins.SimSiam;

[TestClass]
public class NegativeCosineTests
{
    [TestMethod]
    public void Loss_OfTheAuthorsLine_LossAndGradientsAreEqual()
    {
        using var scope = NewDisposeScope();
        var golden = new GoldenCase("joint_embedding.json", "simsiam");
        var (p1, p2) = (golden.Input("p1").requires_grad_(), golden.Input("p2").requires_grad_());

        var loss = (NegativeCosine.Loss(p1, golden.Input("z2")) + NegativeCosine.Loss(p2, golden.Input("z1"))) / 2;
        loss.backward();

        golden.AssertLoss(loss);
        golden.AssertGradients(("p1", p1), ("p2", p2));
    }

    [TestMethod]
    public void Loss_OfTheExample_IsThatOfTheAuthorsCode()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (Made((i, j) => (3 * i) + j - 4), Made((i, j) => Math.Sin(0.7 * ((3 * i) + j))));
        var expected = Golden.Open("examples.json").GetProperty("values").GetProperty("simsiam")[0].GetDouble();
        Golden.AssertClose(expected, NegativeCosine.Loss(a, b).item<double>(), 1e-9, "−cos");
    }

    [TestMethod]
    public void Loss_PredictionsAreTheTargets_IsMinusOne()
    {
        using var scope = NewDisposeScope();
        var z = Golden.Tensor("z", [5, 7]).to(float64);
        Assert.AreEqual(-1, NegativeCosine.Loss(z, z).item<double>(), 1e-12);
        Assert.AreEqual(-1, NegativeCosine.Loss(3 * z, 0.1 * z).item<double>(), 1e-12, "length does not count");
        Assert.AreEqual(1, NegativeCosine.Loss(-z, z).item<double>(), 1e-12);
    }

    [TestMethod]
    public void Gradient_OfTheTargets_IsNull()
    {
        using var scope = NewDisposeScope();
        var (p, z) = (Golden.Tensor("p", [5, 7]).requires_grad_(), Golden.Tensor("z", [5, 7]).requires_grad_());
        NegativeCosine.Loss(p, z).backward();
        Assert.IsNotNull(p.grad);
        Assert.IsNull(z.grad);
    }

    private static Tensor Made(Func<int, int, double> value) =>
        tensor(Enumerable.Range(0, 4).SelectMany(i => Enumerable.Range(0, 3).Select(j => value(i, j))).ToArray(), [4, 3]);
}
