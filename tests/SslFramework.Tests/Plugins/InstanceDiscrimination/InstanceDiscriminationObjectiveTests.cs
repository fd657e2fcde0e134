using SslFramework.Core.Tensors;
using SslFramework.Plugins.InstanceDiscrimination;
using SslFramework.Testing;
using SslFramework.Tests.Plugins.MoCo;
using SslFramework.Tests.Testing;
using TorchSharp;

namespace SslFramework.Tests.Plugins.InstanceDiscrimination;

[TestClass]
public class InstanceDiscriminationObjectiveTests
{
    private static readonly InstanceDiscriminationOptions Small = new() { Dimension = 16, Negatives = 32, Temperature = 0.2 };

    [TestMethod]
    [DataRow(InstanceLoss.Nce)]
    [DataRow(InstanceLoss.Full)]
    public void Objective_Contract_Holds(InstanceLoss loss) =>
        new ObjectiveContract(() => New(Small with { Loss = loss }), views: 1, MoCoBackbones.Shape).VerifyAll();

    /// <summary>Beside the authors' code, in float64.</summary>
    [TestMethod]
    public void Loss_OverTheWholeBank_IsThatOfTheReference()
    {
        using var scope = NewDisposeScope();
        var golden = new GoldenCase("banks.json", "npid_full");
        var images = (golden.Input("offset") + (arange(4) * 5)).data<long>().ToArray();
        var x = golden.Input("x").requires_grad_(true);
        var objective = Instances.OfVectors(
            new InstanceDiscriminationOptions { Loss = InstanceLoss.Full, Dimension = 6, Temperature = golden.Config("T") }, golden.Input("memory").UnitRows());

        var result = objective.ComputeLoss(new ViewBatch([x.view(4, 6, 1, 1)], images), TestSteps.At(0));
        result.Loss.backward();

        golden.AssertLoss(result.Loss);
        golden.AssertGradients(("x", x));
    }

    [TestMethod]
    public void Loss_OfThreeOrthogonalEntries_IsTheClosedForm()
    {
        using var scope = NewDisposeScope();
        var objective = Instances.OfVectors(new InstanceDiscriminationOptions { Loss = InstanceLoss.Full, Dimension = 3, Temperature = 1 }, eye(3, dtype: float64));
        var result = objective.ComputeLoss(new ViewBatch([eye(3, dtype: float64).view(3, 3, 1, 1)], [0, 1, 2]), TestSteps.At(0));
        Assert.AreEqual(Math.Log(1 + (2 / Math.E)), result.Loss.ToDouble(), 1e-12, "0.551445");
    }

    /// <summary>ln(1 + K) + K·ln(1 + 1/K): nothing distinguishes the own entry from those that are drawn.</summary>
    [TestMethod]
    public void Loss_OfEqualEntries_IsThatOfGuessing()
    {
        using var scope = NewDisposeScope();
        var options = new InstanceDiscriminationOptions { Dimension = 4, Negatives = 4096 };
        var objective = Instances.OfVectors(options, ones(10, 4, float64).UnitRows());
        var result = objective.ComputeLoss(new ViewBatch([randn(1, 4, 1, 1, float64)], [3]), TestSteps.At(0));
        Assert.AreEqual(9.317888, result.Loss.ToDouble(), 1e-5);
    }

    /// <summary>Of a bank that is still random, similarities are normal with variance 1/D.</summary>
    [TestMethod]
    public void Constant_OfTheFirstBatch_IsThatOfRandomEntries_AndStays()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var options = new InstanceDiscriminationOptions { Negatives = 1024 };
        var objective = Instances.OfVectors(options, randn(2000, 128, float64).UnitRows());
        var constant = objective.state_dict()["constant"];

        objective.ComputeLoss(Batch(0), TestSteps.At(0));
        var first = constant.ToDouble();
        objective.ComputeLoss(Batch(64), TestSteps.At(1));

        Assert.AreEqual(Math.Exp(1 / (2 * 128 * 0.07 * 0.07)), first / 2000, 0.1, "2.2193");
        Assert.AreEqual(first, constant.ToDouble());

        static ViewBatch Batch(long from) => new([randn(64, 128, 1, 1, float64)], [.. Enumerable.Range(0, 64).Select(i => from + i)]);
    }

    [TestMethod]
    public void Bank_OfImagesThatWereSeen_ChangesAfterTheStepAlone()
    {
        using var scope = NewDisposeScope();
        var objective = Instances.OfVectors(new InstanceDiscriminationOptions { Dimension = 4, Negatives = 8 }, eye(4, dtype: float64));
        var bank = objective.state_dict()["bank"];
        var x = zeros(1, 4, 1, 1, float64);
        x[0, 2] = 5;

        objective.ComputeLoss(new ViewBatch([x * double.NaN], [1]), TestSteps.At(0)); // skipped
        objective.ComputeLoss(new ViewBatch([x], [0]), TestSteps.At(1));
        Assert.IsTrue(bank.eq(eye(4, dtype: float64)).all().ToBoolean());
        objective.AfterUpdate(TestSteps.At(1));

        var half = Math.Sqrt(0.5);
        Assert.IsTrue(bank[0].allclose(tensor(new[] { half, 0, half, 0 })), "of length 1, between what it was and what was seen");
        Assert.IsTrue(bank.narrow(0, 1, 3).eq(eye(4, dtype: float64).narrow(0, 1, 3)).all().ToBoolean());
    }

    [TestMethod]
    [DataRow(InstanceLoss.Nce)]
    [DataRow(InstanceLoss.Full)]
    public void Training_SixtyFourImages_AreToldApart(InstanceLoss loss)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var images = TestSteps.Batch(1, MoCoBackbones.Shape, 64).Single();
        var (accuracy, _) = MoCoBackbones.Train(New(Small with { Loss = loss }), 150, 3e-3, s => MoCoBackbones.NoisyViews(
            images, [.. Enumerable.Range(0, 64).Select(i => (long)i)], 1, seed: s));
        Assert.IsGreaterThan(0.75, accuracy);
    }

    [TestMethod]
    public void Figures_ShowTheImagesOfTheNearestEntries()
    {
        using var scope = NewDisposeScope();
        var objective = Instances.OfVectors(new InstanceDiscriminationOptions { Dimension = 64 }, zeros(64, 64, float64));
        var batch = TestSteps.Batch(1, MoCoBackbones.Shape, 2, type: ScalarType.Float64);
        objective.state_dict()["bank"].narrow(0, 9, 1).copy_(batch.Single()[1].view(1, 64).UnitRows());

        var figure = objective.DrawFigures(new ViewBatch(batch.Views, [4, 9]), TestSteps.At(0)).Single();

        CollectionAssert.AreEqual(new long[] { 2, 7, 1, 8, 8 }, figure.Pictures.shape);
        Assert.AreEqual("1.00 (itself)", figure.Captions[8], "the second image's nearest entry");
        var buffer = new PixelBuffer();
        Instances.Source(64).Read(9, buffer);
        Assert.IsTrue(figure.Pictures[1, 1].flatten().eq(tensor(buffer.Image.Pixels.ToArray())).all().ToBoolean());
    }

    private static InstanceDiscriminationObjective New(InstanceDiscriminationOptions options) =>
        new(options, MoCoBackbones.Convolution, Instances.Source(64));
}
