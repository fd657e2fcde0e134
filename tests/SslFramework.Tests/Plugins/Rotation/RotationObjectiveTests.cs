using SslFramework.Core.Backbones.Residual;
using SslFramework.Plugins.Rotation;
using SslFramework.Testing;
using SslFramework.Tests.Testing;
using TorchSharp;

namespace SslFramework.Tests.Plugins.Rotation;

[TestClass]
internal class RotationObjectiveTests
{
    private static readonly ViewShape Shape = new(1, 8, 8);

    [TestMethod]
    [DataRow(TurnChoice.All)]
    [DataRow(TurnChoice.One)]
    public void Objective_Contract_Holds(TurnChoice turns) => new ObjectiveContract(() => New(new TestBackbone(), turns), views: 1, Shape)
    {
        CreateForReplicas = () => New(new PlainBackbone(), turns),
    }.VerifyAll();

    [TestMethod]
    public void AllTurns_StandSideBySide_CounterClockwise()
    {
        using var scope = NewDisposeScope();
        var images = TestSteps.Batch(1, Shape, 3).Single();
        var seen = Seen(TurnChoice.All, new ViewBatch([images], [0, 1, 2]), TestSteps.At(0));

        Assert.AreEqual(12, seen.shape[0]);
        for (var image = 0; image < 3; image++)
        {
            var literal = images[image];
            for (var turn = 0; turn < 4; turn++)
            {
                Assert.IsTrue(literal.eq(seen[(4 * image) + turn]).all().ToBoolean(), $"image {image}, turn {turn}");
                literal = QuarterTurn(literal);
            }

            Assert.IsTrue(literal.eq(images[image]).all().ToBoolean(), "four quarter turns are the identity");
        }
    }

    [TestMethod]
    public void QuarterTurn_OfTwoByThree_IsTheGolden()
    {
        using var scope = NewDisposeScope();
        CollectionAssert.AreEqual(
            new float[] { 2, 5, 1, 4, 0, 3 }, arange(6, float32).reshape(2, 3).rot90(1, (0, 1)).data<float>().ToArray());
        CollectionAssert.AreEqual(
            new float[] { 2, 5, 1, 4, 0, 3 }, QuarterTurn(arange(6, float32).reshape(1, 2, 3)).contiguous().data<float>().ToArray());
    }

    [TestMethod]
    public void OneTurn_SameSeedStepAndSample_IsTheSameWhateverTheBatch()
    {
        using var scope = NewDisposeScope();
        var images = TestSteps.Batch(1, Shape, 8).Single();
        var all = Seen(TurnChoice.One, new ViewBatch([images], [.. Enumerable.Range(0, 8).Select(i => (long)i)]), TestSteps.At(3));
        var half = Seen(TurnChoice.One, new ViewBatch([images.narrow(0, 4, 4)], [4, 5, 6, 7]), TestSteps.At(3));
        var later = Seen(TurnChoice.One, new ViewBatch([images], [.. Enumerable.Range(0, 8).Select(i => (long)i)]), TestSteps.At(4));

        Assert.AreEqual(8, all.shape[0]);
        Assert.IsTrue(all.narrow(0, 4, 4).eq(half).all().ToBoolean());
        Assert.IsFalse(all.eq(later).all().ToBoolean(), "another step draws other turns");
    }

    [TestMethod]
    public void FirstLoss_UntrainedBackbone_IsNearChance()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var result = New(new TestBackbone(), TurnChoice.All).ComputeLoss(TestSteps.Batch(1, Shape, 64), TestSteps.At(0));
        Assert.AreEqual(Math.Log(4), result.Loss.ToDouble(), 0.1);
    }

    [TestMethod]
    public void Views_NotSquare_AreRefused()
    {
        using var scope = NewDisposeScope();
        var error = Assert.ThrowsExactly<ExperimentException>(() =>
            New(new TestBackbone(), TurnChoice.All).ComputeLoss(TestSteps.Batch(1, new ViewShape(1, 8, 10), 4), TestSteps.At(0)));
        Assert.Contains("8×10", error.Message);
    }

    [TestMethod]
    public void Training_SixtyFourImages_AreOverfitted()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var backbone = new ResNet18(
            new ResNetOptions { Stem = ResNetStem.Small, Width = 16, BlocksPerStage = [1, 1, 1] }, new DataInfo(64, 1));
        var loss = Overfitting.Loss(New(backbone, TurnChoice.All), TestSteps.Batch(1, Shape, 64), steps: 60, learningRate: 3e-3);
        Assert.IsLessThan(0.05, loss);
    }

    private static RotationObjective New(IBackbone backbone, TurnChoice turns) =>
        new(new RotationOptions { Turns = turns }, new TestBackbones(() => backbone));

    /// <summary>Counter-clockwise, literally: what was on the right comes to the top.</summary>
    private static Tensor QuarterTurn(Tensor image) => image.transpose(1, 2).flip(1);

    /// <summary>The images that the backbone gets.</summary>
    private static Tensor Seen(TurnChoice turns, ViewBatch batch, StepContext step)
    {
        var backbone = new RecordingBackbone();
        New(backbone, turns).ComputeLoss(batch, step);
        return backbone.Images!;
    }
}
