using SslFramework.Core.Distributed;
using SslFramework.Plugins.LeJEPA;
using TorchSharp;

namespace SslFramework.Tests.Plugins.LeJEPA;

[TestClass]
public class LeJepaLossTests
{
    [TestMethod]
    public void Loss_GoldenOfTheAuthors_LossPartsAndGradientsAreEqual()
    {
        using var scope = NewDisposeScope();
        var golden = new GoldenCase("joint_embedding.json", "lejepa");
        var proj = golden.Input("proj").requires_grad_();
        var options = new LeJepaOptions { Lambda = golden.Config("lamb"), Knots = (int)golden.Config("knots") };

        var result = LeJepaLoss.Of(proj, proj.shape[0], golden.Input("directions"), options, SingleReplica.Instance);
        result.Loss.backward();

        golden.AssertLoss(result.Loss);
        Golden.AssertClose(golden.Number("invariance"), Metric(result, "invariance"), 1e-9, "invariance");
        Golden.AssertClose(golden.Number("sigreg"), Metric(result, "sigReg"), 1e-9, "SIGReg");
        golden.AssertGradients(("proj", proj));
    }

    [TestMethod]
    public void Invariance_TwoGlobalViewsOfFour_IsTheDistanceOfAllToTheirMean()
    {
        using var scope = NewDisposeScope();
        var embeddings = tensor(new double[] { 1, 3, 0, 4 }, [4, 1, 1]);
        Assert.AreEqual((1 + 1 + 4 + 4) / 4.0, Metric(Loss(embeddings, globalViews: 2), "invariance"), 1e-12);
        Assert.AreEqual((1 + 1 + 4 + 4) / 4.0, Metric(Loss(embeddings, globalViews: 4), "invariance"), 1e-12, "their mean is 2 as well");
        Assert.AreEqual((0 + 4 + 1 + 9) / 4.0, Metric(Loss(embeddings, globalViews: 1), "invariance"), 1e-12);
    }

    [TestMethod]
    public void Loss_EqualViews_IsSigRegAlone()
    {
        using var scope = NewDisposeScope();
        var result = Loss(zeros(3, 5, 1, float64), globalViews: 3);
        Assert.AreEqual(0, Metric(result, "invariance"));
        Assert.AreEqual(0.02 * 0.402048 * 5, result.Loss.item<double>(), 1e-6, "collapse costs λ·0.4·N");
    }

    private static StepResult Loss(Tensor embeddings, long globalViews) =>
        LeJepaLoss.Of(embeddings, globalViews, ones(1, 1, float64), new LeJepaOptions(), SingleReplica.Instance);

    private static double Metric(StepResult result, string name) => result.Metrics.Single(m => m.Name == name).Value.ToDouble();
}
