using SslFramework.Plugins.MoCo;
using SslFramework.Testing;
using SslFramework.Tests.Testing;
using TorchSharp;

namespace SslFramework.Tests.Plugins.MoCo;

[TestClass]
internal class EndToEndObjectiveTests
{
    [TestMethod]
    public void Objective_Contract_Holds() => new ObjectiveContract(() => New(MoCoBackbones.Convolution), views: 2, MoCoBackbones.Shape)
    {
        CreateForReplicas = () => New(MoCoBackbones.WithoutBatchStatistics),
    }.VerifyAll();

    [TestMethod]
    public void Gradient_ReachesBothEncoders()
    {
        using var scope = NewDisposeScope();
        var objective = New(MoCoBackbones.Convolution);
        objective.ComputeLoss(TestSteps.Batch(2, MoCoBackbones.Shape, 8), TestSteps.At(0)).Loss.backward();
        foreach (var side in new[] { "", "key." })
        {
            var weight = objective.named_parameters().Single(p => p.name == $"{side}backbone.conv.weight").parameter;
            Assert.IsGreaterThan(0, weight.grad!.abs().sum().item<float>(), side);
        }
    }

    [TestMethod]
    public void Training_SixtyFourImages_AreToldApart()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var images = TestSteps.Batch(1, MoCoBackbones.Shape, 64).Single();
        var (accuracy, _) = MoCoBackbones.Train(New(MoCoBackbones.Convolution), 150, 3e-3, s => MoCoBackbones.NoisyViews(
            images, [.. Enumerable.Range(0, 64).Select(i => (long)i)], 2, seed: s));
        Assert.IsGreaterThan(0.9, accuracy);
    }

    private static EndToEndObjective New(TestBackbones backbones) =>
        new(new EndToEndOptions { Dimension = 16, Temperature = 0.2 }, backbones);
}
