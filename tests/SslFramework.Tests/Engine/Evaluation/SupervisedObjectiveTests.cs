using SslFramework.Engine.Evaluation;
using SslFramework.Testing;
using TorchSharp;

namespace SslFramework.Tests.Engine.Evaluation;

[TestClass]
internal class SupervisedObjectiveTests
{
    [TestMethod]
    public void ComputeLoss_TwoViews_IsTheMeanCrossEntropyWithTheLabelsOfTheIndices()
    {
        using var scope = NewDisposeScope();
        using var objective = new SupervisedObjective(new TinyBackbone(), [2, 0, 1, 2], 3);
        Golden.SetWeights(objective, "supervised");
        objective.eval();
        var views = new[] { Golden.Tensor("first", [2, 1, 4, 4]), Golden.Tensor("second", [2, 1, 4, 4]) };

        var result = objective.ComputeLoss(new ViewBatch(views, [3, 1]), TestSteps.At(0));

        var head = (TorchSharp.Modules.Linear)objective.named_children().Single(child => child.name == "head").module;
        var labels = tensor(new long[] { 2, 0 });
        var literal = views.Select(view => nn.functional.cross_entropy(head.call(objective.Backbone.Forward(view)), labels).item<float>()).Average();
        Assert.AreEqual(literal, result.Loss.item<float>(), 1e-6);
    }
}
