using SslFramework.Core.Backbones.Residual;
using SslFramework.Core.Backbones.Streams;
using SslFramework.Core.Distributed;
using SslFramework.Core.Objectives;
using SslFramework.Core.Tensors;
using SslFramework.Plugins.CMC;
using SslFramework.Testing;
using SslFramework.Tests.Plugins.DeepCluster;
using SslFramework.Tests.Plugins.InstanceDiscrimination;
using SslFramework.Tests.Plugins.MoCo;
using SslFramework.Tests.Testing;
using TorchSharp;

namespace SslFramework.Tests.Plugins.CMC;

[TestClass]
public class CmcObjectiveTests
{
    private static readonly CmcOptions Small = new() { Dimension = 16, Negatives = 32, Temperature = 0.2 };

    [TestMethod]
    [DataRow(BankLoss.Nce)]
    [DataRow(BankLoss.Softmax)]
    public void Objective_Contract_Holds(BankLoss loss) =>
        new ObjectiveContract(() => New(Small with { Loss = loss }), views: 1, MoCoBackbones.Shape).VerifyAll();

    /// <summary>Beside the authors' code, in float64: three steps of two banks with one draw of rows, and a Z each.</summary>
    [TestMethod]
    [DataRow("cmc", BankLoss.Nce)]
    [DataRow("cmc_softmax", BankLoss.Softmax)]
    public void Compare_EmbeddingsOfTheReference_GivesItsLossAndGradients(string name, BankLoss loss)
    {
        using var scope = NewDisposeScope();
        var golden = new GoldenCase("banks.json", name);
        var objective = New(Small with { Dimension = 6, Loss = loss, Temperature = golden.Config("T") }, images: 20);
        objective.to(float64);
        var state = objective.state_dict();
        Set(state["firstBank"], golden.Input("memory_l"));
        Set(state["secondBank"], golden.Input("memory_ab"));
        foreach (var (s, step) in golden["steps"].EnumerateArray().Index())
        {
            var images = golden.Input($"offset{s}") + (arange(4) * 5);
            var rows = cat([images.unsqueeze(1), golden.Input($"idx{s}").narrow(1, 1, 5)], 1);
            var (l, ab) = (golden.Input($"l{s}").requires_grad_(true), golden.Input($"ab{s}").requires_grad_(true));

            var result = objective.Compare(l.UnitRows(), ab.UnitRows(), rows, SingleReplica.Instance);
            result.Loss.backward();
            MemoryBank.Refresh(state["firstBank"], images, l.UnitRows(), golden.Config("momentum"));
            MemoryBank.Refresh(state["secondBank"], images, ab.UnitRows(), golden.Config("momentum"));

            var gradients = step.GetProperty("gradients");
            Golden.AssertClose(step.GetProperty("loss").GetDouble(), result.Loss.ToDouble(), 1e-9, $"{name}, step {s}: loss");
            Golden.AssertStats(gradients.GetProperty("l"), l.grad!, 1e-7, $"{name}, step {s}: l");
            Golden.AssertStats(gradients.GetProperty("ab"), ab.grad!, 1e-7, $"{name}, step {s}: ab");
            Golden.AssertStats(step.GetProperty("memory_ab"), state["secondBank"], 1e-7, $"{name}, step {s}: bank of ab");
        }
    }

    [TestMethod]
    public void Loss_AgainstALiteralVersion_IsEqual()
    {
        using var scope = NewDisposeScope();
        var objective = New(Small with { Dimension = 5, Loss = BankLoss.Softmax }, images: 9);
        objective.to(float64);
        var state = objective.state_dict();
        var (first, second) = (Golden.Tensor("first", [3, 5]).to(float64).UnitRows(), Golden.Tensor("second", [3, 5]).to(float64).UnitRows());
        var rows = Golden.Tensor("rows", [3, 7], 9, 4.5).to(int64);

        var expected = 0.0;
        for (var i = 0; i < 3; i++)
        {
            foreach (var (half, others) in new[] { (first, state["secondBank"]), (second, state["firstBank"]) })
            {
                double Weight(int j) => Math.Exp((half[i] * others[rows[i, j].ToInt64()]).sum().ToDouble() / Small.Temperature);
                expected -= Math.Log(Weight(0) / Enumerable.Range(0, 7).Sum(Weight)) / 3;
            }
        }

        Assert.AreEqual(expected, objective.Compare(first, second, rows, SingleReplica.Instance).Loss.ToDouble(), 1e-12);
    }

    [TestMethod]
    public void Loss_HalvesExchanged_IsTheSame()
    {
        using var scope = NewDisposeScope();
        var (one, other) = (New(Small with { Dimension = 5 }, images: 9), New(Small with { Dimension = 5 }, images: 9));
        Set(other.state_dict()["firstBank"], one.state_dict()["secondBank"]);
        Set(other.state_dict()["secondBank"], one.state_dict()["firstBank"]);
        var (first, second) = (Golden.Tensor("first", [3, 5]).UnitRows(), Golden.Tensor("second", [3, 5]).UnitRows());
        var rows = Golden.Tensor("rows", [3, 7], 9, 4.5).to(int64);

        var (straight, exchanged) = (one.Compare(first, second, rows, SingleReplica.Instance), other.Compare(second, first, rows, SingleReplica.Instance));

        Assert.AreEqual(straight.Loss.ToDouble(), exchanged.Loss.ToDouble(), 1e-5);
        Assert.AreEqual(MoCoBackbones.Metric(straight, "accuracy"), MoCoBackbones.Metric(exchanged, "secondAccuracy"));
    }

    /// <summary>Of a gray image that is split by color, one half is the same for every image: nothing to tell them apart by.</summary>
    [TestMethod]
    public void Build_GrayImagesOrOtherValues_AreRefusedIfColorsAreRead()
    {
        var gray = Assert.ThrowsExactly<ExperimentException>(() => New(Small, space: StreamSpace.Lab));
        Assert.Contains("\"space\": \"laplacian\"", gray.Message);
        var normalized = Assert.ThrowsExactly<ExperimentException>(() => New(Small, space: StreamSpace.Ycbcr, channels: 3));
        Assert.Contains("remove the step 'normalize'", normalized.Message);
        Assert.AreEqual(16, New(Small, space: StreamSpace.Lab, channels: 3, range: ValueRange.Unit).state_dict()["firstBank"].shape[1]);
    }

    [TestMethod]
    public void Banks_AfterAStep_HoldAHalfEach_AndHaveNoGradient()
    {
        using var scope = NewDisposeScope();
        var objective = New(Small with { Momentum = 0 });
        var state = objective.state_dict();
        var before = state["firstBank"].clone();
        var batch = TestSteps.Batch(1, MoCoBackbones.Shape, 3);

        var result = objective.ComputeLoss(batch, TestSteps.At(0));
        result.Loss.backward();
        Assert.IsTrue(state["firstBank"].eq(before).all().ToBoolean(), "before the step is accepted");
        using (no_grad())
        {
            objective.AfterUpdate(TestSteps.At(0));
        }

        Assert.IsNull(state["firstBank"].grad);
        var (first, second) = (state["firstBank"].narrow(0, 0, 3), state["secondBank"].narrow(0, 0, 3));
        Assert.AreEqual(MoCoBackbones.Metric(result, "halfToHalf"), (first * second).sum(1).mean().ToDouble(), 1e-5);
        Assert.IsTrue(state["firstBank"].narrow(0, 3, 61).eq(before.narrow(0, 3, 61)).all().ToBoolean(), "images that were not seen");
    }

    /// <summary>The paper's claim: each half comes to say what the other one shares with it, and so finds it.</summary>
    [TestMethod]
    public void Training_ThirtyTwoImages_EachHalfFindsTheOther()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var objective = New(Small with { Loss = BankLoss.Softmax }, images: 32);
        var images = TestSteps.Batch(1, MoCoBackbones.Shape, 32).Single();
        var batch = new ViewBatch([images], [.. Enumerable.Range(0, 32).Select(i => (long)i)]);

        MoCoBackbones.Train(objective, 120, 1e-2, _ => batch);

        var result = objective.ComputeLoss(batch, TestSteps.At(99));
        Assert.IsGreaterThan(0.8, MoCoBackbones.Metric(result, "accuracy"));
        Assert.IsGreaterThan(0.8, MoCoBackbones.Metric(result, "secondAccuracy"));
        Assert.IsGreaterThan(0.5, MoCoBackbones.Metric(result, "halfToHalf"));
    }

    [TestMethod]
    [DataRow(StreamSpace.Laplacian, 1)]
    [DataRow(StreamSpace.Lab, 3)]
    public void Figures_ShowBothHalvesAndTheImageThatIsFound(StreamSpace space, int channels)
    {
        using var scope = NewDisposeScope();
        var objective = New(Small, space: space, channels: channels, range: ValueRange.Unit);
        var figure = objective.DrawFigures(TestSteps.Batch(1, new ViewShape(channels, 8, 8), 4), TestSteps.At(0)).Single();
        CollectionAssert.AreEqual(new long[] { 4, 4, channels, 8, 8 }, figure.Pictures.shape);
        Assert.AreEqual(uint8, figure.Pictures.dtype);
        Assert.HasCount(16, figure.Captions);
    }

    private static void Set(Tensor buffer, Tensor values)
    {
        using var gradient = no_grad();
        buffer.copy_(values);
    }

    private static CmcObjective New(
        CmcOptions options, int images = 64, StreamSpace space = StreamSpace.Laplacian, int channels = 1, ValueRange? range = null)
    {
        var data = new DataInfo(images, channels) { Range = range };
        var small = new ResNetOptions { Stem = ResNetStem.Small, Width = 8, BlocksPerStage = [1, 1] };
        var half = new Component<IBackbone>(new ComponentDescriptor("half", typeof(IBackbone), typeof(ResNet18), typeof(ResNetOptions)), small);
        var backbones = new TestBackbones(() => new ColorStreams(new() { Half = half, Space = space }, new InnerNetworks(), data));
        return new CmcObjective(options, backbones, data, Instances.Source(images, channels));
    }
}
