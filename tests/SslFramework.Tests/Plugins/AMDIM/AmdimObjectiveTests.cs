using SslFramework.Core.Tensors;
using SslFramework.Plugins.AMDIM;
using SslFramework.Testing;
using SslFramework.Tests.Plugins.MoCo;
using SslFramework.Tests.Testing;
using TorchSharp;

namespace SslFramework.Tests.Plugins.AMDIM;

[TestClass]
public class AmdimObjectiveTests
{
    private static readonly ViewShape Shape = new(1, 32, 32);
    private static readonly AmdimEncoderOptions Tiny = new() { Width = 3, Dimension = 16, Depth = 1 };

    [TestMethod]
    public void Objective_Contract_Holds() => new ObjectiveContract(() => New(), views: 2, Shape).VerifyAll();

    /// <summary>Beside the authors' network and heads in training mode, in float64.</summary>
    [TestMethod]
    public void Encode_WeightsOfTheReference_GivesItsMapsAndGradients()
    {
        using var scope = NewDisposeScope();
        var golden = new GoldenCase("predictive.json", "amdim_encoder");
        var objective = New(new() { Width = 8, Dimension = 36, Depth = 2 }, channels: 3);
        golden.SetWeights(objective, key => Theirs(key));

        var scales = objective.Encode(golden.Input("images"));
        ((scales.Global.view(4, 36, 1, 1) * golden.Input("probe1")).sum() + (scales.Five * golden.Input("probe5")).sum()
            + (scales.Seven * golden.Input("probe7")).sum()).backward();

        Golden.AssertStats(golden["r1"], scales.Global.view(4, 36, 1, 1), 1e-7, "r1");
        Golden.AssertStats(golden["r5"], scales.Five, 1e-7, "r5");
        Golden.AssertStats(golden["r7"], scales.Seven, 1e-7, "r7");
        var ours = objective.named_parameters().ToDictionary(parameter => Theirs(parameter.name), parameter => parameter.parameter);
        foreach (var parameter in golden["gradients"].EnumerateObject())
        {
            Golden.AssertStats(parameter.Value, ours[parameter.Name].grad!, 1e-7, parameter.Name);
        }

        // Theirs have norms in addition that they do not use.
        var keys = golden["keys"].EnumerateArray().Select(key => key.GetString()!).ToHashSet();
        Assert.IsEmpty(objective.state_dict().Keys.Select(Theirs).Where(key => !keys.Contains(key)).ToArray());

        static string Theirs(string key) => key.Replace("backbone.", "", StringComparison.Ordinal)
            .Replace("head", "rkhs_block_", StringComparison.Ordinal).Replace("outputNorm", "bn_out.bn", StringComparison.Ordinal);
    }

    /// <summary>Scores of a new network are normal with variance 1: ln(1 + (N − 1)·places) + ½, less what both views share.</summary>
    [TestMethod]
    public void FirstLosses_AreNearThoseOfGuessing()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var batch = TestSteps.Batch(2, Shape, 16);
        var result = New(new() { Width = 8, Dimension = 64, Depth = 1 }).ComputeLoss(batch, TestSteps.At(0));
        Assert.AreEqual(Math.Log(1 + (15 * 49)) + 0.5, MoCoBackbones.Metric(result, "nceToSeven"), 0.5);
        Assert.AreEqual(Math.Log(1 + (15 * 25)) + 0.5, MoCoBackbones.Metric(result, "nceToFive"), 0.5);
    }

    [TestMethod]
    public void Views_AreFlippedTogether()
    {
        using var scope = NewDisposeScope();
        var (always, never) = (New(options: new() { FlipProbability = 1 }), New(options: new() { FlipProbability = 0 }));
        StateDict.Load(always, StateDict.Of(never));
        var batch = TestSteps.Batch(2, Shape, 4);
        var flipped = new ViewBatch([.. batch.Views.Select(view => view.flip(3))], batch.Indices);
        Assert.AreEqual(
            never.ComputeLoss(flipped, TestSteps.At(0)).Loss.ToDouble(), always.ComputeLoss(batch, TestSteps.At(0)).Loss.ToDouble(), 1e-6);
    }

    [TestMethod]
    public void Batch_OfOneImageOrOfAnotherSize_IsRefusedWithARemedy()
    {
        using var scope = NewDisposeScope();
        var alone = Assert.ThrowsExactly<ExperimentException>(() => New().ComputeLoss(TestSteps.Batch(2, Shape, 1), TestSteps.At(0)));
        Assert.Contains("raise \"training.batchSize\"", alone.Message);
        var large = Assert.ThrowsExactly<ExperimentException>(
            () => New().ComputeLoss(TestSteps.Batch(2, new ViewShape(1, 36, 32), 2), TestSteps.At(0)));
        Assert.Contains("32×32, but they are 36×32", large.Message);
    }

    [TestMethod]
    public void Training_SixteenImages_FindsTheirPlaces()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var images = TestSteps.Batch(1, new ViewShape(1, 8, 8), 16).Single().repeat(1, 1, 4, 4); // a texture each
        var batch = new ViewBatch([images, images], [.. Enumerable.Range(0, 16).Select(i => (long)i)]);
        var (accuracy, _) = MoCoBackbones.Train(New(), 40, 1e-2, _ => batch);
        Assert.IsGreaterThan(0.4, accuracy, "of places that score higher than all 735 of other images");
    }

    [TestMethod]
    public void Figures_ShowTheScoresOfPlaces()
    {
        using var scope = NewDisposeScope();
        var figure = New().DrawFigures(TestSteps.Batch(2, Shape, 3), TestSteps.At(0)).Single();
        CollectionAssert.AreEqual(new long[] { 3, 5, 1, 32, 32 }, figure.Pictures.shape);
        Assert.AreEqual(uint8, figure.Pictures.dtype);
    }

    internal static AmdimObjective New(AmdimEncoderOptions? encoder = null, int channels = 1, AmdimOptions? options = null) =>
        new(options ?? new(), new TestBackbones(() => new AmdimEncoder(encoder ?? Tiny, new DataInfo(10, channels))));
}
