using SslFramework.Core.Backbones.Transformers;

namespace SslFramework.Tests.Core.Backbones.Transformers;

[TestClass]
internal class VisionTransformerTests
{
    private static readonly DataInfo Colour = new(100, 3);

    private static readonly VisionTransformerOptions TinyOptions =
        new() { ImageSize = 8, PatchSize = 4, Dimension = 16, Depth = 3, Heads = 2 };

    [TestMethod]
    public void Parameters_OfEveryVariant_AreAsManyAsPublished()
    {
        using var device = new DefaultDevice(META); // the huge one would take 2.5 GB
        var options = new VisionTransformerOptions { Positions = PositionKind.SinCosMae };
        AssertCount(5_524_416, new VisionTransformer(options, Colour));
        AssertCount(5_524_416, new TinyVisionTransformer(options, Colour));
        AssertCount(21_665_664, new SmallVisionTransformer(options, Colour));
        AssertCount(85_798_656, new BaseVisionTransformer(options, Colour));
        AssertCount(303_301_632, new LargeVisionTransformer(options, Colour));
        AssertCount(630_764_800, new HugeVisionTransformer(options with { PatchSize = 14 }, Colour));

        static void AssertCount(long expected, VisionTransformer transformer)
        {
            Assert.AreEqual(expected, transformer.parameters().Sum(p => p.NumberOfElements));
            Assert.AreEqual(
                transformer.TokenDimension * (1 + (transformer.GridRows * transformer.GridColumns)),
                transformer.parameters().Where(p => !p.requires_grad).Sum(p => p.NumberOfElements),
                "fixed positions");
            transformer.Dispose();
        }
    }

    [TestMethod]
    [DataRow(6)]
    [DataRow(12)]
    public void Heads_OfTheSmallOne_CanBeMocoV3sTwelve(int heads)
    {
        using var scope = NewDisposeScope();
        using var transformer = new SmallVisionTransformer(
            new VisionTransformerOptions { ImageSize = 28, PatchSize = 14, Depth = 1, Heads = heads }, Colour);
        Golden.SetWeights(transformer, "small");
        using var same = new SmallVisionTransformer(
            new VisionTransformerOptions { ImageSize = 28, PatchSize = 14, Depth = 1 }, Colour);
        Golden.SetWeights(same, "small");
        var images = Golden.Tensor("images", [1, 3, 28, 28], 2);

        Assert.AreEqual(heads == 6, transformer.Forward(images).allclose(same.Forward(images)));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Layers_HoldEveryParameterOnce_AlsoAfterAMove(bool classToken)
    {
        var options = TinyOptions with { ClassToken = classToken, Pooling = TokenPooling.Mean, Positions = PositionKind.SinCosMocoV3 };
        using var transformer = new VisionTransformer(options, Colour);
        transformer.to(float64);

        CollectionAssert.AreEqual(
            transformer.named_parameters().Select(p => p.parameter.Handle).ToArray(),
            transformer.Layers.SelectMany(layer => layer.Parameters).Select(p => p.Handle).ToArray());
        CollectionAssert.AreEqual(
            new[] { "patch_embed", "blocks.0", "blocks.1", "blocks.2", "norm" }, transformer.Layers.Select(l => l.Name).ToArray());
        Assert.IsFalse(transformer.get_parameter("pos_embed")!.requires_grad, "still fixed after a move");
        Assert.AreEqual(float64, transformer.PatchPositions.dtype);
    }

    [TestMethod]
    public void Pooling_Mean_IsTheMeanOfThePatchTokensWithoutTheClassToken()
    {
        using var scope = NewDisposeScope();
        using var transformer = new VisionTransformer(TinyOptions with { Pooling = TokenPooling.Mean }, Colour);
        var images = Golden.Tensor("images", [2, 3, 8, 8]);

        var tokens = transformer.ForwardLayers(images)[^1]; // [2, 1 + 4, 16]

        CollectionAssert.AreEqual(new long[] { 2, 5, 16 }, tokens.shape);
        Assert.IsTrue(tokens[TensorIndex.Colon, 1..].mean([1]).allclose(transformer.Forward(images)));
    }

    [TestMethod]
    public void EncodeTokens_WithoutAClassToken_KeepsTheNumberOfTokens()
    {
        using var scope = NewDisposeScope();
        using var transformer = new VisionTransformer(
            TinyOptions with { ClassToken = false, Pooling = TokenPooling.Mean }, Colour);

        Assert.AreEqual(0, transformer.PrefixTokens);
        CollectionAssert.AreEqual(new long[] { 1, 4, 16 }, transformer.get_parameter("pos_embed")!.shape);
        CollectionAssert.AreEqual(new long[] { 2, 3, 16 }, transformer.EncodeTokens(zeros(2, 3, 16)).shape);
    }

    [TestMethod]
    public void Backward_WithFrozenPatchEmbedding_ReachesEverythingElse()
    {
        using var scope = NewDisposeScope();
        using var transformer = new VisionTransformer(TinyOptions with { FreezePatchEmbedding = true }, Colour);
        transformer.to(float64).to(float32);

        transformer.Forward(Golden.Tensor("images", [2, 3, 8, 8])).square().sum().backward();

        foreach (var (name, parameter) in transformer.named_parameters())
        {
            var frozen = name.StartsWith("patch_embed", StringComparison.Ordinal);
            Assert.AreEqual(frozen, parameter.grad is null, name);
        }
    }

    [TestMethod]
    public void Forward_AndForwardLayers_LeaveNothingBehindButTheirResults()
    {
        using var transformer = new VisionTransformer(TinyOptions with { DropPath = 0.5 }, Colour);
        using var images = zeros(2, 3, 8, 8);
        using var scope = NewDisposeScope();

        transformer.Forward(images);
        Assert.AreEqual(1, scope.DisposablesCount);
        transformer.ForwardLayers(images);
        Assert.AreEqual(1 + 5, scope.DisposablesCount);
    }

    [TestMethod]
    public void DropPath_KeepsTheMeanAndLeavesTheFirstBlockAlone()
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        manual_seed(2);
        using var transformer = new VisionTransformer(TinyOptions with { DropPath = 0.5, Depth = 2 }, Colour);
        Golden.SetWeights(transformer, "drop"); // branches as large as the stream they join
        var image = Golden.Tensor("images", [1, 3, 8, 8]);
        transformer.eval();
        var whole = transformer.ForwardLayers(image);
        transformer.train();

        var dropped = transformer.ForwardLayers(image.expand(4000, 3, 8, 8));

        Assert.IsTrue(dropped[1].sub(whole[1]).abs().max().item<float>() < 1e-4, "the first block has rate 0");
        var change = dropped[2] - dropped[1]; // [4000, 5, 16]
        var untouched = change.abs().amax([1, 2]).eq(0).to(float32).mean().item<float>();
        Assert.AreEqual(0.25f, untouched, 0.03f, "both branches are skipped by a quarter of the images");
    }

    [TestMethod]
    public void DropPath_OfABlock_KeepsTheMean()
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        manual_seed(3);
        using var block = new TransformerBlock(16, 2, dropPath: 0.3);
        nn.init.zeros_(block.get_parameter("mlp.fc2.weight")!); // the attention branch alone
        nn.init.zeros_(block.get_parameter("mlp.fc2.bias")!);
        var tokens = Golden.Tensor("tokens", [1, 5, 16], 2);
        block.eval();
        var branch = block.call(tokens) - tokens;
        block.train();

        var dropped = block.call(tokens.expand(8000, 5, 16)) - tokens; // [8000, 5, 16]

        Assert.IsTrue(dropped.mean([0], keepdim: true).allclose(branch, 0.05, 1e-3), "mean over images");
        Assert.AreEqual(0.3f, dropped.abs().amax([1, 2]).lt(1e-6).to(float32).mean().item<float>(), 0.03f);
    }

    [TestMethod]
    public void Constructor_InsideADisposeScope_OutlivesIt()
    {
        VisionTransformer transformer;
        using (NewDisposeScope())
        {
            transformer = new VisionTransformer(TinyOptions, Colour);
        }

        using var scope = NewDisposeScope();
        CollectionAssert.AreEqual(new long[] { 2, 16 }, transformer.Forward(zeros(2, 3, 8, 8)).shape);
        transformer.Dispose();
    }

    [TestMethod]
    public void Forward_OtherImageSize_NamesBothSizesAndTheRemedy()
    {
        using var scope = NewDisposeScope();
        using var transformer = new VisionTransformer(TinyOptions, Colour);
        var error = Assert.ThrowsExactly<ExperimentException>(() => transformer.Forward(zeros(2, 1, 12, 8)));
        Assert.AreEqual(FailureKind.Config, error.Kind);
        StringAssert.Contains(error.Message, "3 × 8 × 8, but got 1 × 12 × 8");
        StringAssert.Contains(error.Message, "\"imageSize\"");
    }

    [TestMethod]
    public void Constructor_SizesThatDoNotFit_SaysWhichAndWhere()
    {
        AssertRefused(TinyOptions with { ImageSize = 30 }, "image size 30 is not a multiple of its patch size 4");
        AssertRefused(TinyOptions with { Heads = 3 }, "dimension 16 is not a multiple of its 3 heads");
        AssertRefused(TinyOptions with { Dimension = 18, Positions = PositionKind.SinCosMae }, "multiple of 4, but it is 18");
        AssertRefused(TinyOptions with { ClassToken = false }, "no class token");

        static void AssertRefused(VisionTransformerOptions options, string because)
        {
            var error = Assert.ThrowsExactly<ExperimentException>(() => new VisionTransformer(options, Colour));
            StringAssert.Contains(error.Message, because);
        }
    }
}
