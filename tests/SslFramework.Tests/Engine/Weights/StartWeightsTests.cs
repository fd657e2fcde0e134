using SslFramework.Core.Backbones.Residual;
using SslFramework.Core.Backbones.Transformers;
using SslFramework.Core.Tensors;
using SslFramework.Core.Weights;
using SslFramework.Engine.Weights;
using SslFramework.Tests.Plugins;

namespace SslFramework.Tests.Engine.Weights;

/// <summary>A backbone starts from a file of weights: what fits is taken, what does not is told.</summary>
[TestClass]
public class StartWeightsTests
{
    private static readonly DataInfo Color = new(1, 3);
    private static readonly VisionTransformerOptions Small = new() { ImageSize = 32, PatchSize = 8, Dimension = 12, Depth = 1, Heads = 2 };
    private readonly string path = Path.GetTempFileName();

    [TestCleanup]
    public void Delete() => File.Delete(path);

    [TestMethod]
    [DataRow("")]
    [DataRow("backbone.")]
    [DataRow("state_dict.module.encoder_q.")]
    public void Load_OfTheSameNetworkBehindAnyPrefix_GivesItsFeatures(string prefix)
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        var (first, second) = (Residual([1, 1]), Residual([1, 1]));
        Save(first.state_dict(), prefix, ("fc.weight", ones(2, 3)));

        var report = StartWeights.Load(second, path);

        Assert.HasCount(first.state_dict().Count, report.Taken);
        Assert.IsFalse(report.IsPartial);
        Assert.IsEmpty(report.Unexpected);
        Assert.AreEqual(64, report.Sha256.Length);
        var images = Golden.Tensor("images", [2, 3, 16, 16]);
        first.eval();
        second.eval();
        Assert.IsTrue(first.Forward(images).Equals(second.Forward(images)));
    }

    [TestMethod]
    public void Load_OfAShallowerNetwork_NamesWhatStaysAtRandom()
    {
        using var scope = NewDisposeScope();
        var second = Residual([1, 2]);
        var before = second.get_parameter("layer2.1.conv1.weight")!.clone();
        Save(Residual([2, 1]).state_dict(), "", ("strange.weight", ones(2)));

        var report = StartWeights.Load(second, path);

        Assert.IsTrue(report.IsPartial);
        Assert.Contains("layer2.1.conv1.weight", report.Missing);
        Assert.IsTrue(before.Equals(second.get_parameter("layer2.1.conv1.weight")!));
        CollectionAssert.Contains(report.Unexpected.ToArray(), "strange.weight");
        StringAssert.Contains(report.Sentence, "missing and left at random (layer2.1.conv1.weight, ");
        StringAssert.Contains(report.Sentence, "unexpected and left out (layer1.1.");
    }

    [TestMethod]
    public void Load_LearnedPositionsOfAnotherGrid_AreThoseOfImagesOfThatSize()
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        var (first, second) = (new VisionTransformer(Small, Color), new VisionTransformer(Small with { ImageSize = 64 }, Color));
        Save(first.state_dict(), "");

        var report = StartWeights.Load(second, path);

        Assert.IsTrue(first.PositionsFor(8, 8).allclose(second.PatchPositions, 1e-6, 1e-7));
        CollectionAssert.AreEqual(new[] { "pos_embed [1, 17, 12] → [1, 65, 12]" }, report.Resized.ToArray());
        first.eval();
        second.eval();
        var images = Golden.Tensor("images", [2, 3, 64, 64]);
        Assert.IsTrue(first.Forward(images).allclose(second.Forward(images), 1e-5, 1e-6));
    }

    [TestMethod]
    [DataRow(true, false)]
    [DataRow(false, true)]
    public void Load_PositionsWithAndWithoutAClassToken_FitEachOther(bool given, bool own)
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        var options = Small with { Pooling = TokenPooling.Mean };
        var first = new VisionTransformer(options with { ClassToken = given }, Color);
        var second = new VisionTransformer(options with { ClassToken = own }, Color);
        Save(first.state_dict(), "");

        StartWeights.Load(second, path);

        Assert.IsTrue(first.PatchPositions.Equals(second.PatchPositions));
    }

    /// <summary>Of patches that were enlarged, the enlarged projection gives what the first one gave of the patches themselves.</summary>
    [TestMethod]
    public void Load_APatchProjectionOfAnotherSize_GivesTheSameOfResizedPatches()
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        var (first, second) = (new VisionTransformer(Small, Color), new VisionTransformer(Small with { ImageSize = 64, PatchSize = 16 }, Color));
        Save(first.state_dict(), "");

        StartWeights.Load(second, path);

        var patch = Golden.Tensor("patch", [2, 3, 8, 8]);
        var enlarged = nn.functional.interpolate(patch, size: [16, 16], mode: InterpolationMode.Bicubic, align_corners: false, antialias: true);
        Assert.IsTrue(first.EmbedPatches(patch).allclose(second.EmbedPatches(enlarged), 1e-4, 1e-5));
    }

    [TestMethod]
    public void Load_AFirstLayerForColor_SumsItsChannelsForGreyImages()
    {
        using var scope = NewDisposeScope();
        var (first, second) = (Residual([1, 1]), Residual([1, 1], channels: 1));
        Save(first.state_dict(), "");

        StartWeights.Load(second, path);

        Assert.IsTrue(first.get_parameter("conv1.weight")!.sum([1], keepdim: true).allclose(second.get_parameter("conv1.weight")!));
    }

    [TestMethod]
    public void Load_OfABackboneOfAPlugin_FindsItsKeysBehindAPrefix()
    {
        using var scope = NewDisposeScope();
        var (first, second) = (new PlainBackbone(), new PlainBackbone());
        Save(StateDict.Of(first.Module), "student.net.");
        Assert.IsFalse(StartWeights.Load(second, path).IsPartial);
        Assert.IsTrue(first.Module.parameters().First().Equals(second.Module.parameters().First()));
    }

    [TestMethod]
    public void Load_OfWhichNothingFits_IsRefusedInASentence()
    {
        using var scope = NewDisposeScope();
        Save(new VisionTransformer(Small, Color).state_dict(), "");
        StringAssert.Contains(Refusal(Residual([1, 1])), "Nothing in '" + path + "' fits the backbone, whose keys are such as conv1.weight");
    }

    [TestMethod]
    public void Load_OfWeightsThatAreNotFinite_IsRefused_AndChangesNothing()
    {
        using var scope = NewDisposeScope();
        var (weights, second) = (Residual([1, 1]).state_dict(), Residual([1, 1]));
        weights["bn1.bias"] = full([8], float.NaN);
        Save(weights, "");
        var before = second.get_parameter("conv1.weight")!.clone();
        StringAssert.Contains(Refusal(second), "holds NaN or infinity in bn1.bias");
        Assert.IsTrue(before.Equals(second.get_parameter("conv1.weight")!));
    }

    private string Refusal(IBackbone backbone) => Assert.ThrowsExactly<ExperimentException>(() => StartWeights.Load(backbone, path)).Message;

    private static ResNet18 Residual(int[] blocks, int channels = 3) =>
        new(new ResNetOptions { Width = 8, BlocksPerStage = blocks, Stem = ResNetStem.Small, Channels = channels }, Color);

    private void Save(IReadOnlyDictionary<string, Tensor> weights, string prefix, params (string Key, Tensor Value)[] more) => SafeTensors.Write(
        path, weights.Select(pair => (pair.Key, pair.Value)).Concat(more).ToDictionary(pair => prefix + pair.Key, pair => pair.Value));
}
