using SslFramework.Core.Backbones.Residual;
using SslFramework.Plugins.Context;
using SslFramework.Testing;
using SslFramework.Tests.Testing;
using TorchSharp;

namespace SslFramework.Tests.Plugins.Context;

[TestClass]
internal class ContextObjectiveTests
{
    private static readonly ContextOptions Small = new()
    {
        PatchSize = 7,
        Gap = 2,
        Jitter = 1,
        Pairs = PatchPairs.Neighbours,
        Scaling = PatchScaling.Standardize,
        HeadLayers = 2,
        HeadWidth = 32,
    };

    private static readonly ContextOptions Papers = Small with
    {
        Pairs = PatchPairs.Adjacent,
        Scaling = PatchScaling.RootMeanSquare,
        HeadLayers = 3,
        Grids = 2,
    };

    [TestMethod]
    [DataRow(1, false)]
    [DataRow(3, false)]
    [DataRow(3, true)]
    public void Objective_Contract_Holds(int channels, bool papers)
    {
        var options = papers ? Papers : Small;
        new ObjectiveContract(() => New(options, new TestBackbone(channels)), views: 1, new ViewShape(channels, 28, 28))
        {
            CreateForReplicas = () => New(options with { HeadNorm = false }, new PlainBackbone(channels)),
        }.VerifyAll();
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void FirstLoss_UntrainedNetwork_IsNearChance(bool papers)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var result = New((papers ? Papers : Small) with { HeadWidth = 512 }, new TestBackbone(3))
            .ComputeLoss(TestSteps.Batch(1, new ViewShape(3, 28, 28), 64), TestSteps.At(0));
        Assert.IsInRange(2.0, 2.5, result.Loss.ToDouble()); // ln 8 = 2.08, and half the variance of the first logits on top
    }

    [TestMethod]
    public void Head_Layers_AreThePapers()
    {
        using var scope = NewDisposeScope();
        var objective = New(Papers with { HeadWidth = 64, Dropout = 0.5 }, new TestBackbone(3, 16));
        var shapes = objective.named_parameters().Where(p => p.name.StartsWith("head.", StringComparison.Ordinal) && p.parameter.ndim == 2)
            .Select(p => string.Join('×', p.parameter.shape)).ToArray();
        CollectionAssert.AreEqual(new[] { "64×32", "64×64", "8×64" }, shapes); // two embeddings of 16 in
        Assert.DoesNotContain("head.1.weight", objective.state_dict().Keys, "the norm has neither scale nor shift");
        Assert.Contains("head.1.running_mean", objective.state_dict().Keys);
    }

    [TestMethod]
    public void PooledSide_LastMaps_MakeTheEmbedding()
    {
        using var scope = NewDisposeScope();
        var objective = New(Small with { PooledSide = 2 }, new TestBackbone(1, 16));
        Assert.AreEqual("32×128", string.Join('×', objective.get_parameter("head.0.weight")!.shape)); // 2 · 16 · 2 · 2 in
        Assert.IsTrue(objective.training);
        Assert.IsTrue(objective.Backbone.Module.training, "looking at the last layer leaves the backbone in training mode");
    }

    [TestMethod]
    public void PooledSide_BackboneWithoutMaps_IsRefused() =>
        Assert.ThrowsExactly<ExperimentException>(() => New(Small with { PooledSide = 2 }, new Vectors()));

    [TestMethod]
    public void ResamplingMatrices_AreNotSaved()
    {
        using var scope = NewDisposeScope();
        Assert.IsFalse(New(Small, new TestBackbone()).state_dict().Keys.Any(key => key.Contains("atrices", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void ResampledPatches_OfThePapersSize_GoDownToTenPixels()
    {
        using var scope = NewDisposeScope();
        var objective = New(Small with { PatchSize = 96, ResampleProbability = 0.33 }, new TestBackbone());
        Assert.AreEqual(96 - 10 + 1, objective.get_buffer("resamplingMatrices")!.shape[0]);
    }

    [TestMethod]
    [DataRow(PatchColour.Drop)]
    [DataRow(PatchColour.Project)]
    public void Colour_OfGreyPatches_StaysAsItIs(PatchColour colour)
    {
        using var scope = NewDisposeScope();
        Assert.IsTrue(Seen(colour).eq(Seen(PatchColour.Keep)).all().ToBoolean());
    }

    [TestMethod]
    public void DroppedColours_AreDrawnForEachPatch()
    {
        using var scope = NewDisposeScope();
        var kept = Seen(PatchColour.Drop, channels: 3, images: 100).flatten(2).std(2).argmax(1).view(100, 9);
        var shares = kept.unsqueeze(2).eq(arange(3, int64)).to(float32).mean([0, 1]);
        Assert.IsLessThan(0.1, (shares - (1.0 / 3)).abs().max().ToDouble(), "each channel about as often");
        Assert.IsLessThan(0.05, kept.eq(kept.narrow(1, 0, 1)).all(1).to(float32).mean().ToDouble(), "not one channel for all of an image");
    }

    [TestMethod]
    public void Figures_ShowAPairInItsViewAndAsTheNetworkSeesIt()
    {
        using var scope = NewDisposeScope();
        var figure = New(Papers, new TestBackbone(3)).DrawFigures(TestSteps.Batch(1, new ViewShape(3, 28, 30), 4), TestSteps.At(0)).Single();
        CollectionAssert.AreEqual(new long[] { 4, 3, 3, 28, 30 }, figure.Pictures.shape);
        Assert.AreEqual(uint8, figure.Pictures.dtype);
        var inView = figure.Pictures.select(1, 0).amin([1]).lt((int)(0.7 * 255) - 1); // what is not pale
        Assert.IsLessThan(2 * 7 * 7, inView.sum([1, 2]).max().ToInt32() - 1, "two patches of 7 × 7");
        Assert.AreEqual(255, figure.Pictures.select(1, 2).select(3, 29).min().ToInt32(), "a square patch beside white");
        StringAssert.Matches(figure.Captions[2], new(@"^(above|below|left|right)[a-z ]*(; taken for [a-z ]+)?, \d+\s%$"));
    }

    [TestMethod]
    public void Training_SixtyFourImages_AreOverfitted()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var backbone = new ResNet18(
            new ResNetOptions { Stem = ResNetStem.Small, Width = 16, BlocksPerStage = [1, 1] }, new DataInfo(64, 1));
        var options = Small with { PooledSide = 4, HeadWidth = 128, ResampleProbability = 0 };
        var batch = TestSteps.Batch(1, new ViewShape(1, 28, 28), 64);
        Assert.IsLessThan(0.05, Overfitting.Loss(New(options, backbone), batch, steps: 60, learningRate: 3e-3));
    }

    /// <summary>The patches that the network sees.</summary>
    private static Tensor Seen(PatchColour colour, int channels = 1, int images = 4)
    {
        var network = new RecordingBackbone(channels, side: 7);
        New(Small with { Colour = colour }, network).ComputeLoss(TestSteps.Batch(1, new ViewShape(channels, 28, 28), images), TestSteps.At(0));
        return network.Images!;
    }

    private static ContextObjective New(ContextOptions options, IBackbone backbone) => new(options, new TestBackbones(() => backbone));

    private sealed class Vectors : nn.Module, IBackbone
    {
        public Vectors()
            : base(nameof(Vectors))
        {
        }

        public nn.Module Module => this;

        public int Channels => 1;

        public int FeatureDimension => 49;

        public IReadOnlyList<BackboneLayer> Layers => [];

        public Tensor Forward(Tensor images) => images.flatten(1);

        public IReadOnlyList<Tensor> ForwardLayers(Tensor images) => [images.flatten(1)];
    }
}
