using System.ComponentModel.DataAnnotations;
using SslFramework.Plugins.CPC;
using SslFramework.Testing;
using SslFramework.Tests.Testing;
using TorchSharp;

namespace SslFramework.Tests.Plugins.CPC;

[TestClass]
public class CpcObjectiveTests
{
    private static readonly CpcOptions Small = new()
    {
        Dimension = 8,
        ContextBlocks = 2,
        ContextWidth = 8,
        FirstOffset = 1,
        LastOffset = 2,
        Directions = 2,
    };

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void Objective_Contract_Holds(int channels) => new ObjectiveContract(
        () => New(Small with { Jitter = 1 }, new TestBackbone(channels)), views: 1, new ViewShape(channels, 17, 21)).VerifyAll();

    [TestMethod]
    public void FirstLoss_UntrainedNetwork_IsNearThatOfGuessingAmongAllPatches()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var objective = New(Small with { FirstOffset = 2, Directions = 4 }, new TestBackbone());
        var loss = objective.ComputeLoss(TestSteps.Batch(1, new ViewShape(1, 28, 28), 8), TestSteps.At(0)).Loss.ToDouble();
        Assert.AreEqual(Math.Log(8 * 36), loss, 0.05);
    }

    /// <summary>Each patch is cut, flipped and robbed of two colors by itself.</summary>
    [TestMethod]
    public void Patches_TheNetworkSees_AreFlippedAndLoseColorsEachByItself()
    {
        using var scope = NewDisposeScope();
        var ramp = arange(1, 29, dtype: float32).view(1, 1, 1, 28).expand(6, 3, 28, 28).contiguous(); // brighter to the right
        var patches = Seen(Small, ramp, channels: 3);

        CollectionAssert.AreEqual(new long[] { 6 * 36, 3, 8, 8 }, patches.shape);
        var kept = patches.amax([2, 3]).ne(0); // [n · R · S, 3]
        Assert.IsTrue(kept.sum(1).eq(1).all().ToBoolean(), "one channel stays");
        for (var channel = 0; channel < 3; channel++)
        {
            Assert.AreEqual(1 / 3.0, kept[.., channel].to(float32).mean().ToDouble(), 0.12, $"channel {channel}");
        }

        var slope = patches.sum([1])[.., 0, 7] - patches.sum([1])[.., 0, 0];
        CollectionAssert.AreEquivalent(new[] { 7f, -7f }, slope.data<float>().Distinct().ToArray());
        Assert.AreEqual(0.5, slope.lt(0).to(float32).mean().ToDouble(), 0.12);
    }

    [TestMethod]
    public void Patches_OfAJitter_AreSmallerAndMoveByThemselves()
    {
        using var scope = NewDisposeScope();
        var ramp = arange(28, dtype: float32).view(1, 1, 1, 28).expand(6, 1, 28, 28).contiguous();
        var patches = Seen(Small with { Jitter = 1, FlipProbability = 0 }, ramp, channels: 1);
        CollectionAssert.AreEqual(new long[] { 6 * 36, 1, 6, 6 }, patches.shape);
        var moves = patches[.., 0, 0, 0].view(6, 6, 6) - (arange(6).to(float32) * 4); // from the place of the same column
        CollectionAssert.AreEquivalent(new[] { 0f, 1f, 2f }, moves.flatten().data<float>().Distinct().ToArray());
    }

    [TestMethod]
    public void Options_AndViewsThatLeaveNothingToPredict_AreRefused()
    {
        using var scope = NewDisposeScope();
        var tooFar = Assert.ThrowsExactly<ExperimentException>(() => New(Small with { LastOffset = 3 }, new TestBackbone())
            .ComputeLoss(TestSteps.Batch(1, new ViewShape(1, 40, 16), 2), TestSteps.At(0)));
        Assert.Contains("9×3", tooFar.Message);
        Assert.Contains("lower \"lastOffset\"", tooFar.Message);
        Assert.Contains("\"jitter\"", Assert.ThrowsExactly<ExperimentException>(() => New(Small with { Jitter = 4 }, new TestBackbone())).Message);
        var options = Small with { FirstOffset = 3 };
        Assert.IsFalse(Validator.TryValidateObject(options, new ValidationContext(options), null, true));
    }

    [TestMethod]
    public void Figures_ShowPatchesContextAndWhatIsPredicted()
    {
        using var scope = NewDisposeScope();
        var figure = New(Small, new TestBackbone()).DrawFigures(TestSteps.Batch(1, new ViewShape(1, 28, 28), 3), TestSteps.At(0)).Single();
        CollectionAssert.AreEqual(new long[] { 3, 5, 1, 56, 56 }, figure.Pictures.shape);
        Assert.HasCount(15, figure.Captions);
        for (var n = 0; n < 3; n++)
        {
            var isSame = figure.Pictures[n, 3].eq(figure.Pictures[n, 4]).all().ToBoolean();
            Assert.AreEqual(isSame ? "right" : "another one", figure.Captions[(5 * n) + 4]);
        }
    }

    /// <summary>Patches that the rows above tell: each column of an image has a brightness of its own.</summary>
    [TestMethod]
    public void Training_ImagesOfStripes_PredictsPatches()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var stripes = Golden.Tensor("stripes", [4, 1, 1, 4], 4).repeat_interleave(8, 3).expand(4, 1, 32, 32).contiguous();
        var batch = new ViewBatch([stripes], [0, 1, 2, 3]);
        var options = Small with { LastOffset = 1, Directions = 1, Scale = 1, FlipProbability = 0 };
        var objective = new CpcObjective(options, new TestBackbones(() => PatchGrids.Of(new PlainBackbone(featureDimension: 16), stride: 8)));

        var loss = Overfitting.Loss(objective, batch, steps: 80, learningRate: 2e-2);

        // Of 4 × 4 × 4 patches. Those of a column are alike: at best they are told from those of other columns, and ln 4 remains.
        Assert.IsLessThan(Math.Log(4) + 1.4, loss, $"guessing: {Math.Log(64):F2}");
    }

    private static Tensor Seen(CpcOptions options, Tensor images, int channels)
    {
        var network = new RecordingBackbone(channels, 8 - (2 * options.Jitter));
        New(options, network).ComputeLoss(new ViewBatch([images], [.. Enumerable.Range(0, (int)images.shape[0]).Select(i => (long)i)]), TestSteps.At(0));
        return network.Images!;
    }

    private static CpcObjective New(CpcOptions options, IBackbone network) => new(options, new TestBackbones(() => PatchGrids.Of(network)));
}
