using SslFramework.Core.Distributed;
using SslFramework.Core.Objectives;
using SslFramework.Engine.Training;
using SslFramework.Testing;

namespace SslFramework.Tests.Engine.Training;

[TestClass]
public class FeatureHealthTests
{
    [TestMethod]
    public void Of_Objective_ChangesNothingAndLeavesEachModuleItsMode()
    {
        using var scope = NewDisposeScope();
        using var objective = new Silent(new TestBackbone());
        objective.children().First().children().Last().eval(); // frozen
        var modes = objective.modules().Select(module => module.training).ToArray();
        var before = objective.state_dict().ToDictionary(pair => pair.Key, pair => pair.Value.clone());

        var health = FeatureHealth.Of(objective, TestSteps.Batch(1, new ViewShape(1, 8, 8), 16), SingleReplica.Instance);

        Assert.AreEqual(8, health.LargestRank);
        Assert.IsInRange(1, 8, health.Rank);
        Assert.IsGreaterThan(0.05, health.Deviation);
        CollectionAssert.AreEqual(modes, objective.modules().Select(module => module.training).ToArray());
        CollectionAssert.Contains(modes, false);
        foreach (var (key, value) in objective.state_dict())
        {
            Assert.AreEqual(before[key], value, key);
        }
    }

    [TestMethod]
    [Case("N6")]
    public void Of_ConstantOutput_IsFlat()
    {
        using var scope = NewDisposeScope();
        using var objective = new Silent(new TestBackbone());
        using (no_grad())
        {
            objective.parameters().First().zero_(); // the convolution
            objective.parameters().Last().fill_(1); // the norm's bias
        }

        Assert.IsLessThan(1e-3, FeatureHealth.Of(objective, TestSteps.Batch(1, new ViewShape(1, 8, 8), 16), SingleReplica.Instance).Deviation);
    }

    [TestMethod]
    public void Of_FeaturesThatAreNoNumbers_SaysSoInsteadOfFailing()
    {
        using var scope = NewDisposeScope();
        using var objective = new Silent(new TestBackbone());
        using (no_grad())
        {
            objective.parameters().First().fill_(float.NaN);
        }

        Assert.AreEqual(double.NaN, FeatureHealth.Of(objective, TestSteps.Batch(1, new ViewShape(1, 8, 8), 16), SingleReplica.Instance).Rank);
    }

    private sealed class Silent : PretextObjective<IBackbone>
    {
        public Silent(IBackbone backbone)
            : base(backbone) => RegisterComponents();

        public override StepResult ComputeLoss(ViewBatch batch, StepContext step) => throw new NotSupportedException();
    }
}
