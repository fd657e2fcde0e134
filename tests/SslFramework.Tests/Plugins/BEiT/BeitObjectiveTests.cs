using SslFramework.Core.Backbones.Transformers;
using SslFramework.Core.Distributed;
using SslFramework.Plugins.BEiT;
using SslFramework.Testing;
using SslFramework.Tests.Testing;

namespace SslFramework.Tests.Plugins.BEiT;

[TestClass]
public class BeitObjectiveTests
{
    private static readonly ViewShape Shape = new(1, 12, 12);
    private static readonly BeitOptions Options = new() { SmallestBlock = 2, MaskRatio = 0.4 };

    private static readonly VisionTransformerOptions Encoder = new()
    {
        ImageSize = 12,
        PatchSize = 2,
        Dimension = 16,
        Depth = 2,
        Heads = 2,
        RelativePositions = RelativePositionKind.Shared,
        Positions = PositionKind.None,
    };

    [TestMethod]
    public void Beit_WithClusters_KeepsItsContract() => new ObjectiveContract(New, views: 1, Shape).VerifyAll();

    [TestMethod]
    public void Beit_WithAnEncodersTokens_KeepsItsContract() => new ObjectiveContract(
        () => Tokenizers.Beit(Encoder, Options, patches => new DvaeTokenizer(NewEncoder(), patches)), views: 1, Shape).VerifyAll();

    [TestMethod]
    public void Prediction_ChangedPixelsOfHiddenPatches_IsTheSame()
    {
        using var scope = NewDisposeScope();
        var objective = New();
        var (images, hidden) = (randn(2, 1, 12, 12), rand(2, 36).gt(0.6));
        var logits = objective.Predict(images, hidden).Logits;
        var pixels = hidden.view(2, 6, 1, 6, 1).expand(-1, -1, 2, -1, 2).reshape(2, 1, 12, 12);

        CollectionAssert.AreEqual(new[] { hidden.sum().ToInt64(), 6 }, logits.shape);
        Assert.IsTrue(objective.Predict(where(pixels, 9f, images), hidden).Logits.eq(logits).all().ToBoolean());
        Assert.IsFalse(objective.Predict(where(pixels, images, 9f), hidden).Logits.eq(logits).all().ToBoolean());
    }

    /// <summary>Of logits with the variance of weights N(0, 0.02²) over normed tokens: ln V + ½ · 0.02² · D.</summary>
    [TestMethod]
    public void FirstLoss_OfManyTokens_IsThatOfGuessing()
    {
        using var scope = NewDisposeScope();
        var objective = Tokenizers.Beit(Encoder with { Dimension = 96, Heads = 3 }, Options, vocabulary: 64);
        Begin(objective);
        var result = objective.ComputeLoss(TestSteps.Batch(1, Shape, 8), TestSteps.At(0));

        Assert.AreEqual(Math.Log(64) + (0.5 * 0.02 * 0.02 * 96), result.Loss.item<float>(), 0.1);
        Assert.IsLessThan(Math.Log(64) + 1e-6, Metric("tokenEntropy"));
        Assert.IsGreaterThan(1 / 64f, Metric("majorityShare"));

        float Metric(string name) => result.Metrics.Single(metric => metric.Name == name).Value.item<float>();
    }

    [TestMethod]
    public void Clusters_OfThreeKindsOfPatches_TellThemApartWhateverTheirBrightness()
    {
        using var scope = NewDisposeScope();
        var tokenizer = new PatchKMeans(new() { Vocabulary = 3 }, new TokenizedPatches(2, 2, 2, 1), new DataInfo(6, 1));
        var kinds = tensor(new float[] { 0, 0, 0, 0, -1, 1, -1, 1, -1, -1, 1, 1 }).view(3, 4);
        var expected = tensor(new long[,] { { 0, 1, 2, 1 }, { 2, 2, 0, 1 }, { 1, 0, 0, 2 } }).repeat(2, 1);
        var patches = kinds.index_select(0, expected.flatten()).view(6, 4, 4);
        var contrasts = linspace(0.8, 2, 24).view(6, 4, 1);
        var images = SslFramework.Core.Objectives.Patches.Join((patches * contrasts) + randn(6, 4, 1), 2, 2);

        tokenizer.BeginEpoch(Start(new ViewBatch([images], [0, 1, 2, 3, 4, 5]), 0));

        var tokens = tokenizer.Tokenize(images);
        var names = Enumerable.Range(0, 3).Select(kind => tokens.masked_select(expected.eq(kind)).data<long>().Distinct().ToArray()).ToArray();
        Assert.IsTrue(names.All(found => found.Length == 1), "a kind of patches has several tokens");
        Assert.AreEqual(3, names.SelectMany(found => found).Distinct().Count());

        tokenizer.BeginEpoch(Start(new ViewBatch([images * 0], [0, 1, 2, 3, 4, 5]), 1));
        Assert.IsTrue(tokenizer.Tokenize(images).Equals(tokens), "only the first epoch fits");
    }

    [TestMethod]
    public void Clusters_MoreThanPatches_AreRefused()
    {
        using var tokenizer = new PatchKMeans(new() { Vocabulary = 25 }, new TokenizedPatches(2, 2, 2, 1), new DataInfo(6, 1));
        var error = Assert.ThrowsExactly<ExperimentException>(() => tokenizer.BeginEpoch(Start(TestSteps.Batch(1, new(1, 4, 4), 6), 0)));
        StringAssert.Contains(error.Message, "25 clusters of 24 patches; lower \"vocabulary\"");
    }

    /// <summary>Only some images give patches if there are more images than patches are wanted.</summary>
    [TestMethod]
    public void Clusters_OfMoreImagesThanPatches_AreOfEvenlySpacedOnes()
    {
        using var scope = NewDisposeScope();
        var tokenizer = new PatchKMeans(new() { Vocabulary = 2, MostPatches = 3 }, new TokenizedPatches(1, 1, 2, 1), new DataInfo(6, 1));
        var images = zeros(6, 1, 2, 2);
        images[0, 0, 0] += 5;
        images[TensorIndex.Tensor(tensor(new long[] { 1, 3, 5 }))] = randn(3, 1, 2, 2) * 100;
        tokenizer.BeginEpoch(Start(new ViewBatch([images], [0, 1, 2, 3, 4, 5]), 0));
        var found = tokenizer.Tokenize(images).flatten();
        Assert.AreEqual(found[2].item<long>(), found[4].item<long>());
        Assert.AreNotEqual(found[0].item<long>(), found[2].item<long>());
        Assert.AreEqual(0, tokenizer.state_dict()["codebook"].abs().amax([1]).min().item<float>(), 1e-6);
    }

    [TestMethod]
    public void EncodersTokens_OfPatchesOfAnotherSize_AreOfTheResizedImage()
    {
        using var scope = NewDisposeScope();
        var encoder = NewEncoder();
        var tokenizer = new DvaeTokenizer(encoder, new TokenizedPatches(3, 3, 4, 1)); // 4 pixels a patch, 2 a token
        var images = randn(2, 1, 12, 12);
        var resized = nn.functional.interpolate(images, [6, 6], mode: InterpolationMode.Bicubic, align_corners: false, antialias: true);

        Assert.IsTrue(tokenizer.Tokenize(images).Equals(encoder.Scores(resized).argmax(1).flatten(1)));
        Assert.IsTrue(tokenizer.parameters().All(parameter => !parameter.requires_grad));
    }

    [TestMethod]
    public void Objective_WhatDoesNotFit_IsSaidInASentence()
    {
        var error = Assert.ThrowsExactly<ExperimentException>(() => Tokenizers.Beit(Encoder, Options with { MaskRatio = 0.01 }, vocabulary: 6));
        StringAssert.Contains(error.Message, "\"maskRatio\" 0.01 masks none of 36 patches");
        var encoder = new Component<IBackbone>(
            new ComponentDescriptor("dvae-encoder", typeof(IBackbone), typeof(DvaeEncoder), typeof(DvaeEncoderOptions)), new DvaeEncoderOptions());
        error = Assert.ThrowsExactly<ExperimentException>(() =>
            Tokenizers.Beit(Encoder, Options, patches => new DvaeTokenizer(new() { Encoder = encoder }, patches, null!, new DataInfo(1, 1))));
        StringAssert.Contains(error.Message, "needs trained weights; train the objective \"dvae\"");
    }

    [TestMethod]
    public void Figures_OfABatch_ShowHiddenPatchesAndPatchesOfTheirTokens()
    {
        using var scope = NewDisposeScope();
        var objective = New();
        Begin(objective);
        var pictures = objective.DrawFigures(TestSteps.Batch(1, Shape, 8), TestSteps.At(0)).Single().Pictures;
        CollectionAssert.AreEqual(new long[] { 8, 3, 1, 12, 12 }, pictures.shape);
        var isHidden = pictures.select(1, 1).ne(pictures.select(1, 0));
        Assert.AreEqual(14 / 36.0, isHidden.to(float32).mean().item<float>(), 0.02);
        Assert.IsTrue(pictures.select(1, 2).ne(pictures.select(1, 0)).logical_and(~isHidden).sum().ToInt32() < 8);
    }

    private static DvaeEncoder NewEncoder() => new(new() { Layers = 1, Width = 8, Vocabulary = 6 }, new DataInfo(8, 1));

    private static BeitObjective New() => Tokenizers.Beit(Encoder, Options, vocabulary: 6);

    private static void Begin(BeitObjective objective)
    {
        using var gradient = no_grad();
        objective.BeginEpoch(Start(TestSteps.Batch(1, Shape, 8), 0));
    }

    private static EpochStart Start(ViewBatch batch, int epoch) =>
        new(epoch, 10, new StepRandom(1, -1 - epoch), SingleReplica.Instance, CPU, _ => [batch]);
}
