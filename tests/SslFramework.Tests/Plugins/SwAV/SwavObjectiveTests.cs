using SslFramework.Core.Distributed;
using SslFramework.Core.Objectives;
using SslFramework.Core.Tensors;
using SslFramework.Plugins.SwAV;
using SslFramework.Testing;
using SslFramework.Tests.Plugins.MoCo;
using SslFramework.Tests.Testing;
using TorchSharp;

namespace SslFramework.Tests.Plugins.SwAV;

[TestClass]
public class SwavObjectiveTests
{
    private static readonly ViewShape Large = new(1, 8, 8);
    private static readonly ViewShape Tiny = new(1, 6, 6);
    private static readonly SwavOptions Small = new() { HiddenDimension = 16, Dimension = 8, Prototypes = 12 };
    private static readonly SwavOptions Queued = Small with { QueueLength = 16, QueueStartEpoch = 0 };

    [TestMethod]
    public void Objective_Contract_Holds() => new ObjectiveContract(() => New(Small), Large, Large, Tiny, Tiny).VerifyAll();

    [TestMethod]
    public void Objective_WithAQueue_HoldsTheContract() => new ObjectiveContract(() => New(Queued), Large, Large, Tiny)
    {
        CreateForReplicas = FullQueue,
    }.VerifyAll();

    [TestMethod]
    public void Loss_EqualPrototypes_IsTheLogarithmOfTheirNumber()
    {
        using var scope = NewDisposeScope();
        var objective = New(Small);
        using (no_grad())
        {
            var prototypes = objective.state_dict()["prototypes.weight"];
            prototypes.copy_(prototypes[0].clone().expand(12, 8));
        }

        var result = objective.ComputeLoss(Batch(), TestSteps.At(0));

        Assert.AreEqual(Math.Log(12), result.Loss.ToDouble(), 1e-5);
        Assert.AreEqual(Math.Log(12), Metric(result, "assignmentEntropy"), 1e-5);
        Assert.AreEqual(1, Metric(result, "prototypeUse"), 1e-5);
    }

    /// <summary>What the method begins with: the assignments know more than the predictions of other views.</summary>
    [TestMethod]
    public void Loss_AtTheStart_IsALittleMoreThanTheLogarithm()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var options = new SwavOptions { HiddenDimension = 64, Dimension = 128, Prototypes = 300 };
        var views = TestSteps.Batch([Large, Large, Tiny, Tiny], 64);

        var loss = New(options).ComputeLoss(views, TestSteps.At(0)).Loss.ToDouble();

        Assert.IsTrue(loss > Math.Log(300) && loss < Math.Log(300) + 0.5, $"{loss}");
    }

    /// <summary>The large views are assigned; every view predicts the assignments of the others.</summary>
    [TestMethod]
    public void Loss_IsTheMeanOverPairsOfAssignedAndOtherViews()
    {
        using var scope = NewDisposeScope();
        var objective = New(Small);
        objective.eval();
        var batch = Batch();
        var prototypes = objective.state_dict()["prototypes.weight"];
        var projector = MocoV1GoldenTests.Child(objective, "projector");
        Tensor[] scores = [.. batch.Views.Select(view => projector.call(objective.Backbone.Forward(view)).UnitRows().mm(prototypes.t()))];

        var sum = 0.0;
        for (var i = 0; i < 2; i++)
        {
            var q = Sinkhorn.Assign(scores[i], 0.05, 3, SingleReplica.Instance);
            for (var v = 0; v < scores.Length; v++)
            {
                sum += v == i ? 0 : -(q * (scores[v] / 0.1).log_softmax(1)).sum().ToDouble() / batch.Count;
            }
        }

        Assert.AreEqual(sum / (2 * 3), objective.ComputeLoss(batch, TestSteps.At(0)).Loss.ToDouble(), 1e-4);
    }

    [TestMethod]
    public void Prototypes_BeforeAndAfterEveryStep_HaveLengthOne()
    {
        using var scope = NewDisposeScope();
        var objective = New(Small);
        var prototypes = objective.state_dict()["prototypes.weight"];
        Assert.IsTrue(prototypes.norm(1).allclose(ones(12)));
        using (no_grad())
        {
            prototypes.mul_(3);
        }

        objective.AfterUpdate(TestSteps.At(0));
        Assert.IsTrue(prototypes.norm(1).allclose(ones(12)));
    }

    [TestMethod]
    public void Prototypes_InTheFirstEpoch_GetNoGradient_AndLaterTheyDo()
    {
        using var scope = NewDisposeScope();
        var objective = New(Small);
        foreach (var (step, frozen) in new[] { (0, true), (9, true), (10, false) })
        {
            objective.zero_grad();
            objective.ComputeLoss(Batch(), TestSteps.At(step)).Loss.backward(); // 10 steps are an epoch
            objective.BeforeUpdate(TestSteps.At(step));
            var parameters = objective.named_parameters().ToDictionary(p => p.name, p => p.parameter);
            Assert.AreEqual(frozen, parameters["prototypes.weight"].grad is null, $"step {step}");
            Assert.IsNotNull(parameters["projector.0.weight"].grad, $"step {step}");
        }
    }

    [TestMethod]
    public void Queue_NewestRowsComeFirst_AndNoneBeforeItsEpochOrForASkippedStep()
    {
        using var scope = NewDisposeScope();
        var objective = New(Queued with { QueueStartEpoch = 1 });
        var queue = objective.state_dict()["queue"];
        Step(9);
        Assert.IsTrue(queue.eq(0).all().ToBoolean(), "before its epoch");

        objective.ComputeLoss(Batch(), TestSteps.At(10)); // skipped
        Assert.IsTrue(queue.eq(0).all().ToBoolean(), "not before the step is taken");
        Step(11);
        var first = queue.clone();
        Assert.IsTrue(first.narrow(1, 0, 8).norm(2).allclose(ones(2, 8)) && first.narrow(1, 8, 8).eq(0).all().ToBoolean());
        Step(12);
        Assert.IsTrue(queue.narrow(1, 8, 8).eq(first.narrow(1, 0, 8)).all().ToBoolean(), "what was first moves on");
        Assert.IsFalse(queue.narrow(1, 0, 8).eq(first.narrow(1, 0, 8)).any().ToBoolean());

        void Step(int step)
        {
            objective.ComputeLoss(Batch(step), TestSteps.At(step));
            objective.AfterUpdate(TestSteps.At(step));
        }
    }

    [TestMethod]
    public void Queue_UntilItIsFull_ChangesNothing()
    {
        using var scope = NewDisposeScope();
        var (plain, full) = (New(Small), FullQueue());
        full.load_state_dict(plain.state_dict(), strict: false);
        full.eval();
        plain.eval();
        var expected = plain.ComputeLoss(Batch(), TestSteps.At(0)).Loss.ToDouble();
        var queue = full.state_dict()["queue"];

        Assert.AreNotEqual(expected, full.ComputeLoss(Batch(), TestSteps.At(0)).Loss.ToDouble(), 1e-3);
        queue.narrow(1, 15, 1).zero_(); // the last row is yet to come
        Assert.AreEqual(expected, full.ComputeLoss(Batch(), TestSteps.At(0)).Loss.ToDouble(), 1e-6);
    }

    [TestMethod]
    public void Batch_OfTooFewViewsOrTooManyImages_IsRefusedWithARemedy()
    {
        using var scope = NewDisposeScope();
        var one = TestSteps.Batch(1, Large, 8);
        Assert.Contains("add views", Refused(New(Small), one));
        Assert.Contains("raise \"queueLength\"", Refused(New(Queued with { QueueLength = 7 }), Batch()));

        static string Refused(SwavObjective objective, ViewBatch batch) =>
            Assert.ThrowsExactly<ExperimentException>(() => objective.ComputeLoss(batch, TestSteps.At(0))).Message;
    }

    [TestMethod]
    public void Training_ThirtyTwoImages_AgreesOnPrototypes()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var images = TestSteps.Batch(1, Large, 32).Single();
        var objective = New(Small with { FreezePrototypesEpochs = 0 });
        objective.train();
        using var optimizer = optim.Adam(objective.parameters().ToArray(), 3e-3);
        var agreement = 0.0;
        for (var s = 0; s < 150; s++)
        {
            using var inner = NewDisposeScope();
            var batch = MoCoBackbones.NoisyViews(images, [.. Enumerable.Range(0, 32).Select(i => (long)i)], 2, seed: s);
            objective.zero_grad();
            var result = objective.ComputeLoss(batch, TestSteps.At(s));
            result.Loss.backward();
            optimizer.step();
            objective.AfterUpdate(TestSteps.At(s));
            agreement = Metric(result, "agreement");
        }

        Assert.IsGreaterThan(0.8, agreement);
    }

    [TestMethod]
    public void Figures_OfEquallyLargeViews_ShowPairs()
    {
        using var scope = NewDisposeScope();
        var objective = New(Small);
        objective.eval();
        Assert.HasCount(1, objective.DrawFigures(Batch(), TestSteps.At(0)));
        Assert.IsEmpty(objective.DrawFigures(TestSteps.Batch([Large, Tiny], 8), TestSteps.At(0)));
    }

    private static ViewBatch Batch(long seed = 1) => TestSteps.Batch([Large, Large, Tiny, Tiny], 8, seed);

    private static double Metric(StepResult result, string name) => MoCoBackbones.Metric(result, name);

    private static SwavObjective FullQueue()
    {
        var objective = New(Queued);
        using var scope = NewDisposeScope();
        objective.state_dict()["queue"].copy_(nn.functional.normalize(Golden.Tensor("queue", [2, 16, 8]), dim: 2));
        return objective;
    }

    private static SwavObjective New(SwavOptions options) => new(options, MoCoBackbones.Convolution);
}
