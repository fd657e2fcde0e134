using SslFramework.Plugins.Context;
using SslFramework.Testing;
using TorchSharp;

namespace SslFramework.Tests.Plugins.Context;

[TestClass]
public class PatchPreparationTests
{
    private const int Side = 24;
    private static readonly StepRandom Random = new(1, 0);

    [TestMethod]
    public void ResamplingMatrices_AgainstTwoResizes_AreEqual()
    {
        using var scope = NewDisposeScope();
        var patch = TestSteps.Batch(1, new ViewShape(1, Side, Side), 1).Single();
        var matrices = PatchPreparation.ResamplingMatrices(Side);
        var smallest = PatchPreparation.SmallestSide(Side);
        CollectionAssert.AreEqual(new long[] { Side - smallest + 1, Side, Side }, matrices.shape);
        foreach (var size in new[] { smallest, 7, 16, Side - 1, Side })
        {
            var matrix = matrices[size - smallest];
            var literal = Resize(Resize(patch, size, antialias: true), Side, antialias: false);
            Assert.IsLessThan(1e-5, (matrix.mm(patch[0, 0]).mm(matrix.t()) - literal[0, 0]).abs().max().ToDouble());
        }
    }

    [TestMethod]
    public void SmallestSide_OfThePapersPatch_IsTen() => Assert.AreEqual(10, PatchPreparation.SmallestSide(96));

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(0.33)]
    [DataRow(1.0)]
    public void Resample_Probability_IsHowManyPatchesChange(double probability)
    {
        using var scope = NewDisposeScope();
        var batch = Patches(channels: 1, count: 400);
        var patches = batch.Single();
        var result = PatchPreparation.Resample(patches, PatchPreparation.ResamplingMatrices(Side), probability, Images(batch, 40), Random, 1);
        var changed = (result - patches).abs().flatten(1).amax([1]).gt(1e-4).to(float32).mean().ToDouble();
        Assert.AreEqual(probability, changed, 0.07);
    }

    [TestMethod]
    public void Drop_OneChannelStays_AndTheOthersAreFaintNoise()
    {
        using var scope = NewDisposeScope();
        var batch = Patches(channels: 3, count: 300);
        var patches = batch.Single();
        var result = PatchPreparation.HideColour(patches, PatchColour.Drop, Images(batch, 100), Random, 2);

        var kept = result.eq(patches).flatten(2).all(2); // [N, 3]
        Assert.IsTrue(kept.sum(1).eq(1).all().ToBoolean(), "exactly one channel of each patch stays");
        Assert.IsTrue(kept.to(float32).mean([0]).sub(1.0 / 3).abs().lt(0.1).all().ToBoolean(), "each channel about as often");
        var noise = result.flatten(2).std(2, unbiased: false).masked_select(kept.logical_not());
        var deviation = patches.flatten(2).std(2, unbiased: false).masked_select(kept).mean().ToDouble();
        Assert.AreEqual(0.01 * deviation, noise.mean().ToDouble(), 0.002 * deviation);
    }

    [TestMethod]
    public void Project_TakesOutGreenAgainstMagenta_AndNothingElse()
    {
        using var scope = NewDisposeScope();
        var batch = Patches(channels: 3, count: 10);
        var result = PatchPreparation.HideColour(batch.Single(), PatchColour.Project, batch, Random, 2);
        var along = (-result.narrow(1, 0, 1) + (2 * result.narrow(1, 1, 1)) - result.narrow(1, 2, 1)).abs().max().ToDouble();
        Assert.IsLessThan(1e-5, along);
        Assert.IsLessThan(1e-5, (result.sum(1) - batch.Single().sum(1)).abs().max().ToDouble(), "grey values stay");
        var again = PatchPreparation.HideColour(result, PatchColour.Project, batch, Random, 2);
        Assert.IsLessThan(1e-5, (again - result).abs().max().ToDouble(), "a projection done twice is the same");
    }

    [TestMethod]
    [DataRow(PatchColour.Drop)]
    [DataRow(PatchColour.Project)]
    public void HideColour_GreyPatches_StayAsTheyAre(PatchColour colour)
    {
        using var scope = NewDisposeScope();
        var batch = Patches(channels: 1, count: 4);
        Assert.IsTrue(PatchPreparation.HideColour(batch.Single(), colour, batch, Random, 2).eq(batch.Single()).all().ToBoolean());
    }

    [TestMethod]
    public void Standardize_BrightnessAndContrast_AreGone()
    {
        using var scope = NewDisposeScope();
        var patches = Patches(channels: 3, count: 5).Single();
        var plain = PatchPreparation.HideContrast(patches, PatchScaling.Standardize);
        var other = PatchPreparation.HideContrast((patches * 3) + 2, PatchScaling.Standardize);
        Assert.IsLessThan(1e-4, (plain - other).abs().max().ToDouble());
        Assert.IsLessThan(1e-4, plain.mean([1, 2, 3]).abs().max().ToDouble());
        Assert.IsLessThan(1e-4, (plain.square().mean([1, 2, 3]) - 1).abs().max().ToDouble());
        Assert.AreEqual(0, PatchPreparation.HideContrast(ones(1, 1, 7, 7), PatchScaling.Standardize).abs().max().ToDouble(), "a flat patch");
    }

    [TestMethod]
    public void RootMeanSquare_OfEveryPatch_IsFifty()
    {
        using var scope = NewDisposeScope();
        var scaled = PatchPreparation.HideContrast(Patches(channels: 3, count: 5).Single() * 0.3, PatchScaling.RootMeanSquare);
        Assert.IsLessThan(1e-3, (scaled.square().mean([1, 2, 3]).sqrt() - 50).abs().max().ToDouble());
    }

    private static ViewBatch Patches(int channels, int count) => TestSteps.Batch(1, new ViewShape(channels, Side, Side), count);

    /// <summary>The same patches as those of fewer images.</summary>
    private static ViewBatch Images(ViewBatch patches, int count) => new(patches.Views, [.. patches.Indices.Take(count)]);

    private static Tensor Resize(Tensor image, long side, bool antialias) => nn.functional.interpolate(
        image, [side, side], mode: InterpolationMode.Bilinear, align_corners: false, antialias: antialias);
}
