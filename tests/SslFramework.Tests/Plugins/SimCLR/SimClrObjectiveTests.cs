using SslFramework.Plugins.SimCLR;
using SslFramework.Testing;
using SslFramework.Tests.Testing;
using TorchSharp;

namespace SslFramework.Tests.Plugins.SimCLR;

[TestClass]
internal class SimClrObjectiveTests
{
    private static readonly ViewShape Shape = new(1, 8, 8);

    [TestMethod]
    public void Objective_Contract_Holds() => new ObjectiveContract(() => New(), views: 2, Shape).VerifyAll();

    [TestMethod]
    public void Loss_Sum_IsTwiceTheMean()
    {
        using var scope = NewDisposeScope();
        var mean = FirstLoss(new SimClrOptions());
        Assert.AreEqual(2 * mean, FirstLoss(new SimClrOptions { Loss = LossScale.Sum }), 1e-6);
    }

    [TestMethod]
    public void FirstLoss_UntrainedProjector_IsNearThatOfNoInformation()
    {
        // ln(2N − 1) at a high temperature, whatever the variance of the cosines.
        var loss = FirstLoss(new SimClrOptions { Temperature = 50 }, images: 64);
        Assert.AreEqual(Math.Log(127), loss, 0.05);
    }

    [TestMethod]
    [DataRow(2, 5)]
    [DataRow(3, 8)]
    public void Projector_Layers_HaveTheAuthorsBatchNorms(int layers, int parameters)
    {
        using var scope = NewDisposeScope();
        var named = New(new SimClrOptions { ProjectorLayers = layers }).named_parameters()
            .Where(p => p.name.StartsWith("projector.", StringComparison.Ordinal)).ToArray();

        Assert.AreEqual(parameters, named.Count(p => p.parameter.requires_grad), "linear weights, hidden γ and β, output γ");
        Assert.AreEqual(1, named.Count(p => !p.parameter.requires_grad), "the output's β stays 0");
        Assert.AreEqual(layers, named.Count(p => p.parameter.ndim == 2), "no linear layer has a bias beside its batch norm");
    }

    [TestMethod]
    public void Projector_NoLayers_ComparesTheFeatures()
    {
        using var scope = NewDisposeScope();
        var objective = New(new SimClrOptions { ProjectorLayers = 0 });
        Assert.AreEqual(objective.Backbone.Module.parameters().Count(), objective.parameters().Count());
        var batch = TestSteps.Batch(2, Shape, 8);
        var halves = objective.Backbone.Forward(cat([batch.Views[0], batch.Views[1]])).chunk(2);
        var expected = NtXent.Loss(halves[0], halves[1], new SimClrOptions().Temperature, TestSteps.At(0).Replicas).Loss;
        Assert.AreEqual(expected.item<float>(), objective.ComputeLoss(batch, TestSteps.At(0)).Loss.item<float>(), 1e-5);
    }

    [TestMethod]
    public void Training_SixtyFourImages_AreToldApart()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var objective = New(new SimClrOptions { Temperature = 0.5 }, dimension: 32);
        var optimizer = optim.Adam(objective.parameters().Where(p => p.requires_grad).ToArray(), 3e-3);
        var images = TestSteps.Batch(1, Shape, 64).Single();
        var loss = double.NaN;
        for (var step = 0; step < 150; step++)
        {
            using var inner = NewDisposeScope();
            var noise = TestSteps.Batch(2, Shape, 64, seed: step);
            var batch = new ViewBatch([images + (noise.Views[0] * 0.1), images + (noise.Views[1] * 0.1)], noise.Indices);
            var result = objective.ComputeLoss(batch, TestSteps.At(step));
            objective.zero_grad();
            result.Loss.backward();
            optimizer.step();
            loss = result.Loss.item<float>();
        }

        Assert.IsLessThan(Math.Log(127) - 1, loss);
    }

    private static SimClrObjective New(SimClrOptions? options = null, int dimension = 8) =>
        new(options ?? new SimClrOptions(), new TestBackbones(() => new TestBackbone(1, dimension)));

    private static double FirstLoss(SimClrOptions options, int images = 8)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        return New(options).ComputeLoss(TestSteps.Batch(2, Shape, images), TestSteps.At(0)).Loss.item<float>();
    }
}
