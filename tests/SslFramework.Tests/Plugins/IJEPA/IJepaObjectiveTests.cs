using SslFramework.Core.Backbones.Transformers;
using SslFramework.Plugins.IJEPA;
using SslFramework.Testing;
using SslFramework.Tests.Testing;

namespace SslFramework.Tests.Plugins.IJEPA;

[TestClass]
public class IJepaObjectiveTests
{
    private static readonly ViewShape Shape = new(1, 12, 12);

    private static readonly VisionTransformerOptions Encoder = new()
    {
        ImageSize = 12,
        PatchSize = 2,
        Dimension = 16,
        Depth = 2,
        Heads = 2,
        Positions = PositionKind.SinCosMae,
        ClassToken = false,
        Pooling = TokenPooling.Mean,
    };

    private static readonly IJepaOptions Options = new() { SmallestBlock = 3, PredictorDimension = 8, PredictorDepth = 1, PredictorHeads = 2 };

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Objective_Contract_Holds(bool classToken) =>
        new ObjectiveContract(() => New(Encoder with { ClassToken = classToken }), views: 1, Shape).VerifyAll();

    [TestMethod]
    public void Blocks_OfABatch_KeepContextAndTargetsApartAndOfOneLength()
    {
        using var scope = NewDisposeScope();
        var batch = TestSteps.Batch(1, Shape, 16);
        for (var step = 0; step < 20; step++)
        {
            var blocks = new MultiBlockMask(6, 6, Options).Draw(batch, TestSteps.At(step));
            Assert.HasCount(4, blocks.Targets);
            Assert.IsGreaterThan(3, blocks.Context.shape[1]);
            foreach (var target in blocks.Targets)
            {
                CollectionAssert.AreEqual(new[] { 16, blocks.Targets[0].shape[1] }, target.shape);
                Assert.IsFalse(target.unsqueeze(2).eq(blocks.Context.unsqueeze(1)).any().ToBoolean(), "a target is seen");
            }

            var places = cat([blocks.Context, .. blocks.Targets], 1);
            Assert.IsTrue(places.remainder(6).le(4).logical_and(places.le(28)).all().ToBoolean(), "the last row and column are reached");
        }
    }

    [TestMethod]
    public void Context_ThatTargetsWouldCover_IsCutOutOfFewerOfThem()
    {
        // Two targets of 4 × 2 cover the block of 4 × 4 of a grid of 5 × 5, if the second does not lie on the first.
        var mask = new MultiBlockMask(5, 5, new IJepaOptions { TargetBlocks = 2, SmallestBlock = 4 });
        var numbers = new Queue<double>([0, 0, 0, 0.7, .. Enumerable.Repeat(0.0, 42)]);

        var (context, targets) = mask.Draw((4, 2), (4, 4), numbers.Dequeue);

        CollectionAssert.AreEqual(new long[] { 2, 3, 7, 8, 12, 13, 17, 18 }, targets[1]);
        CollectionAssert.AreEqual(targets[1], context);
        Assert.IsEmpty(numbers, "20 tries to leave out both, and one for the first alone");
    }

    [TestMethod]
    public void Prediction_ChangedPixelsOfTheRest_IsTheSameAndOfEachBlockAlone()
    {
        using var scope = NewDisposeScope();
        var objective = New(Encoder);
        var batch = TestSteps.Batch(1, Shape, 2);
        var images = batch.Single();
        var blocks = new MultiBlockMask(6, 6, Options).Draw(batch, TestSteps.At(0));
        var prediction = objective.Predict(images, blocks);
        CollectionAssert.AreEqual(new[] { 4 * 2, blocks.Targets[0].shape[1], 16 }, prediction.shape);

        var seen = zeros(2, 36).scatter_(1, blocks.Context, ones_like(blocks.Context, float32)).view(2, 6, 1, 6, 1).expand(-1, -1, 2, -1, 2).reshape(2, 1, 12, 12).gt(0);
        Assert.IsTrue(objective.Predict(where(seen, images, 9f), blocks).eq(prediction).all().ToBoolean());
        Assert.IsFalse(objective.Predict(where(seen, 9f, images), blocks).eq(prediction).all().ToBoolean());
        var last = objective.Predict(images, blocks with { Targets = [blocks.Targets[3]] });
        Assert.IsTrue(last.allclose(prediction.narrow(0, 6, 2), 1e-5, 1e-6));
    }

    [TestMethod]
    public void FirstLoss_PredictingNothing_IsThatOfNormalNumbers()
    {
        using var scope = NewDisposeScope();
        var loss = IJepaObjective.Loss(zeros(1000, 1000), randn(1000, 1000)).item<float>();
        Assert.AreEqual(0.4247, loss, 2e-3);
    }

    [TestMethod]
    [DataRow(0, 0.996)]
    [DataRow(50, 0.998)]
    public void Teacher_AfterAStep_KeepsAShareThatGrowsInALine(int step, double kept)
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        var objective = New(Encoder);
        var (teacher, encoder) = (objective.state_dict()["backbone.norm.bias"], objective.state_dict()["encoder.norm.bias"]);
        encoder.fill_(1);
        objective.AfterUpdate(TestSteps.At(step));
        Assert.AreEqual(1 - kept, teacher[0].item<float>(), 1e-6);

        var still = New(Encoder, Options with { Momentum = 1 });
        still.state_dict()["encoder.norm.bias"].fill_(1);
        still.AfterUpdate(TestSteps.At(step));
        Assert.AreEqual(0, still.state_dict()["backbone.norm.bias"][0].item<float>());
    }

    [TestMethod]
    public void TargetDeviation_OfTheSameImage_IsZero()
    {
        using var scope = NewDisposeScope();
        var objective = New(Encoder, Options with { TargetBlocks = 1 });
        Assert.AreEqual(0, Deviation(ones(8, 1, 12, 12)), 0.35); // patches of one place differ by their positions alone
        Assert.IsGreaterThan(0.5, Deviation(randn(8, 1, 12, 12) * 3));

        float Deviation(Tensor images) => objective
            .ComputeLoss(new ViewBatch([images], [.. Enumerable.Range(0, 8).Select(i => (long)i)]), TestSteps.At(0))
            .Metrics.Single(metric => metric.Name == "targetDeviation").Value.item<float>();
    }

    [TestMethod]
    public void Objective_WhatDoesNotFit_IsSaidInASentence()
    {
        AssertRefused("\"predictorDimension\" 10 is not a multiple of 4", Options with { PredictorDimension = 10 });
        AssertRefused("lower \"smallestBlock\"", Options with { SmallestBlock = 10 });
        AssertRefused("lower \"smallestBlock\"", Options with { SmallestBlock = 10, TargetScale = [0.9, 1], TargetAspect = [1, 1], ContextScale = [0.2, 0.2] });
        var error = Assert.ThrowsExactly<ExperimentException>(() => new IJepaObjective(Options, new TestBackbones(() => new TestBackbone())));
        StringAssert.Contains(error.Message, "ITokenBackbone");

        static void AssertRefused(string because, IJepaOptions options)
        {
            var error = Assert.ThrowsExactly<ExperimentException>(
                () => New(Encoder, options).ComputeLoss(TestSteps.Batch(1, Shape, 2), TestSteps.At(0)));
            StringAssert.Contains(error.Message, because);
        }
    }

    [TestMethod]
    public void Figures_OfABatch_ShowContextAndEachTarget()
    {
        using var scope = NewDisposeScope();
        var batch = TestSteps.Batch(1, Shape, 3);
        var pictures = New(Encoder).DrawFigures(batch, TestSteps.At(0)).Single().Pictures;
        CollectionAssert.AreEqual(new long[] { 3, 6, 1, 12, 12 }, pictures.shape);
        var shown = pictures.eq(pictures.narrow(1, 0, 1)).to(float32).mean([2, 3, 4]); // [3, 6]
        Assert.IsTrue(shown.select(1, 0).eq(1).all().ToBoolean());
        Assert.IsTrue(shown.narrow(1, 2, 4).lt(0.3).all().ToBoolean());
    }

    private static IJepaObjective New(VisionTransformerOptions encoder, IJepaOptions? options = null) =>
        new(options ?? Options, new TestBackbones(() => new VisionTransformer(encoder, new DataInfo(100, 1))));
}
