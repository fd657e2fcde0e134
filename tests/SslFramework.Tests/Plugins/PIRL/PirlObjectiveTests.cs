using SslFramework.Core.Distributed;
using SslFramework.Core.Objectives;
using SslFramework.Core.Tensors;
using SslFramework.Plugins.PIRL;
using SslFramework.Testing;
using SslFramework.Tests.Plugins.InstanceDiscrimination;
using SslFramework.Tests.Plugins.MoCo;
using SslFramework.Tests.Testing;
using TorchSharp;

namespace SslFramework.Tests.Plugins.PIRL;

[TestClass]
public class PirlObjectiveTests
{
    private static readonly ViewShape Whole = new(1, 8, 8);
    private static readonly ViewShape Cut = new(1, 13, 13);
    private static readonly PirlOptions Small = new()
    {
        PatchSize = 4,
        Gap = 0,
        Jitter = 0,
        Dimension = 16,
        Negatives = 32,
        Temperature = 0.2,
    };

    [TestMethod]
    [DataRow(BankLoss.Nce, 0)]
    [DataRow(BankLoss.Softmax, 12)]
    public void Objective_Contract_Holds(BankLoss loss, int hidden) => new ObjectiveContract(
        () => New(Small with { Loss = loss, HiddenDimension = hidden }, new TestBackbone()), Whole, Cut).VerifyAll();

    /// <summary>Beside VISSL's code, in float64: three steps of one bank and one Z.</summary>
    [TestMethod]
    [DataRow("pirl", BankLoss.Nce)]
    [DataRow("pirl_cross_entropy", BankLoss.Softmax)]
    public void Compare_EmbeddingsOfTheReference_GivesItsLossAndGradients(string name, BankLoss loss)
    {
        using var scope = NewDisposeScope();
        var golden = new GoldenCase("banks.json", name);
        var objective = New(Small with { Dimension = 6, Loss = loss, Temperature = golden.Config("T") }, new TestBackbone(), images: 20);
        objective.to(float64);
        var bank = objective.state_dict()["bank"];
        using (no_grad())
        {
            bank.copy_(golden.Input("memory").UnitRows());
        }

        foreach (var (s, step) in golden["steps"].EnumerateArray().Index())
        {
            var images = golden.Input($"offset{s}") + (arange(4) * 5);
            var (patches, image) = (golden.Input($"patches{s}").requires_grad_(true), golden.Input($"image{s}").requires_grad_(true));

            var result = objective.Compare(patches.UnitRows(), image.UnitRows(), Rows($"idx{s}_0"), Rows($"idx{s}_1"), SingleReplica.Instance);
            result.Loss.backward();
            MemoryBank.Refresh(bank, images, image.UnitRows(), golden.Config("momentum"));

            Golden.AssertClose(step.GetProperty("loss").GetDouble(), result.Loss.ToDouble(), 1e-9, $"{name}, step {s}: loss");
            Golden.AssertStats(step.GetProperty("gradients").GetProperty("patches"), patches.grad!, 1e-7, $"{name}, step {s}: patches");
            Golden.AssertStats(step.GetProperty("gradients").GetProperty("image"), image.grad!, 1e-7, $"{name}, step {s}: image");
            Golden.AssertStats(step.GetProperty("memory"), bank, 1e-7, $"{name}, step {s}: bank");

            Tensor Rows(string input) => cat([images.unsqueeze(1), golden.Input(input).narrow(1, 1, 5)], 1);
        }
    }

    /// <summary>Nothing tells an entry from others: ln(1 + K) + K·ln(1 + 1/K) for the patches of an image.</summary>
    [TestMethod]
    public void Loss_OfEqualEntries_IsThatOfGuessing()
    {
        using var scope = NewDisposeScope();
        var objective = New(Small with { Negatives = 32_000, ImageShare = 0 }, new TestBackbone(), images: 10);
        using (no_grad())
        {
            objective.state_dict()["bank"].fill_(0.25);
        }

        var loss = objective.ComputeLoss(TestSteps.Batch([Whole, Cut], 1), TestSteps.At(0)).Loss.ToDouble();
        Assert.AreEqual(Math.Log(32_001) + (32_000 * Math.Log(1 + (1 / 32_000.0))), loss, 5e-3, "11.3735, in float32");
    }

    [TestMethod]
    public void Loss_AgainstALiteralVersion_IsEqual()
    {
        using var scope = NewDisposeScope();
        var objective = New(Small with { Dimension = 5, ImageShare = 0.3 }, new TestBackbone(), images: 9);
        objective.to(float64);
        var bank = objective.state_dict()["bank"];
        var (patches, image) = (Golden.Tensor("patches", [3, 5]).to(float64).UnitRows(), Golden.Tensor("image", [3, 5]).to(float64).UnitRows());
        var (patchRows, imageRows) = (Golden.Tensor("a", [3, 7], 9, 4.5).to(int64), Golden.Tensor("b", [3, 7], 9, 4.5).to(int64));

        double? z = null;
        var expected = (0.7 * Literal(patches, patchRows)) + (0.3 * Literal(image, imageRows));

        Assert.AreEqual(expected, objective.Compare(patches, image, patchRows, imageRows, SingleReplica.Instance).Loss.ToDouble(), 1e-5, "but for ε");

        double Literal(Tensor queries, Tensor rows)
        {
            double Weight(int i, int j) => Math.Exp((queries[i] * bank[rows[i, j].ToInt64()]).sum().ToDouble() / Small.Temperature);
            z ??= 9 * Enumerable.Range(0, 3).Average(i => Enumerable.Range(0, 7).Average(j => Weight(i, j)));
            var (loss, noise) = (0.0, 6.0 / 9);
            for (var i = 0; i < 3; i++)
            {
                var own = Weight(i, 0) / z.Value;
                loss -= Math.Log(own / (own + noise)) / 3;
                for (var j = 1; j < 7; j++)
                {
                    loss -= Math.Log(noise / ((Weight(i, j) / z.Value) + noise)) / 3;
                }
            }

            return loss;
        }
    }

    [TestMethod]
    public void Bank_AfterAStep_HoldsTheImages_WhateverItsPatchesWere()
    {
        using var scope = NewDisposeScope();
        var (one, other) = (New(Small, new TestBackbone(), images: 6), New(Small, new TestBackbone(), images: 6));
        StateDict.Load(other, StateDict.Of(one));
        var batch = TestSteps.Batch([Whole, Cut], 3);
        var before = one.state_dict()["bank"].clone();

        Step(one, batch);
        Step(other, new ViewBatch([batch.Views[0], batch.Views[1].flip(3)], batch.Indices));

        var after = one.state_dict()["bank"];
        Assert.IsTrue(after.eq(other.state_dict()["bank"]).all().ToBoolean(), "other patches");
        Assert.IsFalse(after.narrow(0, 0, 3).allclose(before.narrow(0, 0, 3)), "images of the batch");
        Assert.IsTrue(after.narrow(0, 3, 3).eq(before.narrow(0, 3, 3)).all().ToBoolean(), "others");

        static void Step(PirlObjective objective, ViewBatch batch)
        {
            using var gradient = no_grad();
            objective.ComputeLoss(batch, TestSteps.At(0));
            objective.AfterUpdate(TestSteps.At(0));
        }
    }

    /// <summary>Each patch goes through the network by itself, all of them in one pass; the head alone sees their order.</summary>
    [TestMethod]
    public void Patches_OfAView_AreEncodedAloneAndReadInAnotherOrderEachTime()
    {
        using var scope = NewDisposeScope();
        var network = new RecordingBackbone(side: 4);
        var objective = New(Small, network);
        var pixels = arange(9, float32).view(1, 1, 3, 3).repeat_interleave(4, 2).repeat_interleave(4, 3); // nine flat patches, 0 to 8
        var batch = new ViewBatch([pixels.expand(2, 1, 12, 12).narrow(2, 0, 4).narrow(3, 0, 4), pixels.expand(2, 1, 12, 12)], [3, 5]);
        var orders = new HashSet<string>();
        for (var s = 0; s < 3; s++)
        {
            objective.ComputeLoss(batch, TestSteps.At(s));
            var read = network.Images!;
            CollectionAssert.AreEqual(new long[] { 18, 1, 4, 4 }, read.shape);
            Assert.IsTrue(read.amax([1, 2, 3]).eq(read.amin([1, 2, 3])).all().ToBoolean(), "no patch has pixels of two");
            foreach (var image in read.amax([1, 2, 3]).view(2, 9).unbind())
            {
                var order = image.data<float>().ToArray();
                CollectionAssert.AreEqual(Enumerable.Range(0, 9).Select(i => (float)i).ToArray(), order.Order().ToArray());
                orders.Add(string.Join(' ', order));
            }
        }

        Assert.HasCount(6, orders);
    }

    /// <summary>The paper's claim: embeddings that forget how patches were shuffled, and still tell images apart.</summary>
    [TestMethod]
    public void Training_ThirtyTwoImages_GivesTheirPatchesTheEmbeddingOfTheImage_InAnyOrder()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var objective = New(Small with { PatchSize = 6, GridSide = 2, Loss = BankLoss.Softmax }, new TestBackbone(featureDimension: 32), images: 32);
        var images = TestSteps.Batch(1, new ViewShape(1, 12, 12), 32).Single();
        var batch = new ViewBatch([images, images], [.. Enumerable.Range(0, 32).Select(i => (long)i)]);
        var before = Similarity();

        var (accuracy, _) = MoCoBackbones.Train(objective, 150, 1e-2, _ => batch);

        Assert.IsGreaterThan(0.5, accuracy, "of patches in an order that was never seen");
        Assert.IsGreaterThan(before + 0.3, Similarity());

        double Similarity()
        {
            using var gradient = no_grad();
            return MoCoBackbones.Metric(objective.ComputeLoss(batch, TestSteps.At(99_999)), "patchesToImage");
        }
    }

    [TestMethod]
    public void Views_TooSmallForThePatches_AreRefusedWithTheSizeNeeded()
    {
        using var scope = NewDisposeScope();
        var objective = New(new PirlOptions { Negatives = 1 }, new TestBackbone());
        var error = Assert.ThrowsExactly<ExperimentException>(
            () => objective.ComputeLoss(TestSteps.Batch([Whole, new ViewShape(1, 253, 255)], 1), TestSteps.At(0)));
        Assert.Contains("254×254", error.Message);
    }

    [TestMethod]
    public void Figures_ShowTheImageItsPatchesAndTheNearestEntry()
    {
        using var scope = NewDisposeScope();
        var figure = New(Small, new TestBackbone()).DrawFigures(TestSteps.Batch([Whole, Cut], 4), TestSteps.At(0)).Single();
        CollectionAssert.AreEqual(new long[] { 4, 3, 1, 8, 8 }, figure.Pictures.shape);
        Assert.AreEqual(uint8, figure.Pictures.dtype);
        Assert.HasCount(12, figure.Captions);
    }

    private static PirlObjective New(PirlOptions options, IBackbone backbone, int images = 64) =>
        new(options, new TestBackbones(() => backbone), Instances.Source(images));
}
