using SslFramework.Core.Backbones.Transformers;
using SslFramework.Testing;
using TorchSharp;

namespace SslFramework.Tests.Core.Backbones.Transformers;

[TestClass]
public class VisionTransformerTests
{
    private static readonly DataInfo Color = new(100, 3);

    private static readonly VisionTransformerOptions TinyOptions =
        new() { ImageSize = 8, PatchSize = 4, Dimension = 16, Depth = 3, Heads = 2 };

    [TestMethod]
    public void Parameters_OfEveryVariant_AreAsManyAsPublished()
    {
        using var device = new DefaultDevice(META); // the huge one would take 2.5 GB
        var options = new VisionTransformerOptions { Positions = PositionKind.SinCosMae };
        AssertCount(5_524_416, new VisionTransformer(options, Color));
        AssertCount(5_524_416, new TinyVisionTransformer(options, Color));
        AssertCount(21_665_664, new SmallVisionTransformer(options, Color));
        AssertCount(85_798_656, new BaseVisionTransformer(options, Color));
        AssertCount(303_301_632, new LargeVisionTransformer(options, Color));
        AssertCount(630_764_800, new HugeVisionTransformer(options with { PatchSize = 14 }, Color));

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
    public void ForwardMaps_AnySize_AreTheTokensOfEveryBlockInTheirPlaces()
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        using var transformer = new VisionTransformer(TinyOptions with { RegisterTokens = 2 }, Color);
        CollectionAssert.AreEqual(new[] { "blocks.0", "blocks.1", "blocks.2", "norm" }, transformer.Maps.Select(map => map.Name).ToArray());
        var images = Golden.Tensor("images", [2, 3, 12, 20]);
        var layers = transformer.ForwardLayers(images);
        var maps = transformer.ForwardMaps(images, [3, 0]);
        CollectionAssert.AreEqual(new long[] { 2, 16, 3, 5 }, maps[0].shape);
        Assert.IsTrue(maps[0][1, TensorIndex.Colon, 2, 1].equal(layers[^1][1, 3 + (2 * 5) + 1]).all().ToBoolean(), "after one class token and two registers");
        Assert.IsTrue(maps[1][0, TensorIndex.Colon, 0, 4].equal(layers[1][0, 3 + 4]).all().ToBoolean());
        Assert.IsTrue(maps[0].is_contiguous());
        StringAssert.Contains(Assert.ThrowsExactly<ExperimentException>(() => transformer.OutputStride = 2).Message, "a stride of 4, its patches, but 2");
    }

    /// <summary>MoCo v3's ViT-BN: statistics over all tokens of the batch, before the hidden layers alone.</summary>
    [TestMethod]
    public void MlpNorm_Batch_NormalizesOverAllTokens()
    {
        using var scope = NewDisposeScope();
        using var transformer = new VisionTransformer(TinyOptions with { MlpNorm = MlpNorm.Batch }, Color);
        CollectionAssert.IsSubsetOf(
            new[] { "blocks.0.norm2.weight", "blocks.0.norm2.bias", "blocks.0.norm2.running_mean", "blocks.0.norm2.running_var" }, transformer.state_dict().Keys.ToArray());
        CollectionAssert.DoesNotContain(transformer.state_dict().Keys.ToArray(), "blocks.0.norm1.running_mean");
        CollectionAssert.DoesNotContain(transformer.state_dict().Keys.ToArray(), "norm.running_mean");
        Assert.IsFalse(transformer.IsTimms);

        Tensor? seen = null;
        var norm = (TorchSharp.Modules.BatchNorm1d)transformer.Blocks[0].named_children().Single(child => child.name == "norm2").module;
        norm.register_forward_hook((_, _, output) =>
        {
            seen = output.detach().clone().DetachFromDisposeScope();
            return output;
        });
        transformer.Forward(Golden.Tensor("images", [3, 3, 8, 8], 2));
        CollectionAssert.AreEqual(new long[] { 3 * 5, 16 }, seen!.shape);
        Assert.IsLessThan(1e-5f, seen.mean([0]).abs().max().item<float>());
        new BackboneContract(() => new VisionTransformer(TinyOptions with { MlpNorm = MlpNorm.Batch }, Color), new ViewShape(3, 8, 8)).Verify();
    }

    [TestMethod]
    [DataRow(6)]
    [DataRow(12)]
    public void Heads_OfTheSmallOne_CanBeMocoV3sTwelve(int heads)
    {
        using var scope = NewDisposeScope();
        using var transformer = new SmallVisionTransformer(
            new VisionTransformerOptions { ImageSize = 28, PatchSize = 14, Depth = 1, Heads = heads }, Color);
        Golden.SetWeights(transformer, "small");
        using var same = new SmallVisionTransformer(
            new VisionTransformerOptions { ImageSize = 28, PatchSize = 14, Depth = 1 }, Color);
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
        using var transformer = new VisionTransformer(options, Color);
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
        using var transformer = new VisionTransformer(TinyOptions with { Pooling = TokenPooling.Mean }, Color);
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
            TinyOptions with { ClassToken = false, Pooling = TokenPooling.Mean }, Color);

        Assert.AreEqual(0, transformer.PrefixTokens);
        CollectionAssert.AreEqual(new long[] { 1, 4, 16 }, transformer.get_parameter("pos_embed")!.shape);
        CollectionAssert.AreEqual(new long[] { 2, 3, 16 }, transformer.EncodeTokens(zeros(2, 3, 16)).shape);
    }

    [TestMethod]
    public void Backward_WithFrozenPatchEmbedding_ReachesEverythingElse()
    {
        using var scope = NewDisposeScope();
        using var transformer = new VisionTransformer(TinyOptions with { FreezePatchEmbedding = true }, Color);
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
        using var transformer = new VisionTransformer(TinyOptions with { DropPath = 0.5 }, Color);
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
        using var transformer = new VisionTransformer(TinyOptions with { DropPath = 0.5, Depth = 2 }, Color);
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
            transformer = new VisionTransformer(TinyOptions, Color);
        }

        using var scope = NewDisposeScope();
        CollectionAssert.AreEqual(new long[] { 2, 16 }, transformer.Forward(zeros(2, 3, 8, 8)).shape);
        transformer.Dispose();
    }

    [TestMethod]
    [DataRow(1, 8, 8)]
    [DataRow(3, 12, 10)]
    [DataRow(3, 0, 8)]
    public void Forward_ImagesThatDoNotDivideIntoPatches_NamesTheRemedy(int channels, int height, int width)
    {
        using var scope = NewDisposeScope();
        using var transformer = new VisionTransformer(TinyOptions, Color);
        var error = Assert.ThrowsExactly<ExperimentException>(() => transformer.Forward(zeros(2, channels, height, width)));
        Assert.AreEqual(FailureKind.Config, error.Kind);
        StringAssert.Contains(error.Message, $"3 channels whose sides are multiples of its patches' 4 pixels, but got {channels} × {height} × {width}");
        StringAssert.Contains(error.Message, "\"patchSize\"");
    }

    [TestMethod]
    [DataRow(TokenPooling.ClassToken)]
    [DataRow(TokenPooling.Mean)]
    public void Forward_AnyMultipleOfThePatch_GivesFeaturesAndLayers(TokenPooling pooling)
    {
        using var scope = NewDisposeScope();
        using var transformer = new VisionTransformer(TinyOptions with { Pooling = pooling, RegisterTokens = 2 }, Color);
        var images = Golden.Tensor("images", [2, 3, 4, 12]);

        var layers = transformer.ForwardLayers(images);

        CollectionAssert.AreEqual(new long[] { 2, 1 + 2 + 3, 16 }, layers[^1].shape);
        Assert.IsTrue(transformer.FeaturesOf(layers)!.allclose(transformer.Forward(images)));
        var pooled = pooling == TokenPooling.ClassToken ? layers[^1][TensorIndex.Colon, 0] : layers[^1][TensorIndex.Colon, 3..].mean([1]);
        Assert.IsTrue(pooled.allclose(transformer.Forward(images)));
    }

    [TestMethod]
    [DataRow(RelativePositionKind.Shared, "rel_pos_bias.relative_position_bias_table")]
    [DataRow(RelativePositionKind.PerBlock, "blocks.2.attn.relative_position_bias_table")]
    public void RelativePositions_StartAtZeroLearnAndAreOfOneGrid(RelativePositionKind kind, string key)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var options = TinyOptions with { Positions = PositionKind.None, RelativePositions = kind, QkvBias = QkvBias.QueryValue, Recompute = true };
        using var transformer = new VisionTransformer(options, Color);
        manual_seed(1);
        using var plain = new VisionTransformer(options with { RelativePositions = RelativePositionKind.None }, Color);
        transformer.to(float64).to(float32);
        var images = Golden.Tensor("images", [2, 3, 8, 8]);

        Assert.IsTrue(transformer.Forward(images).allclose(plain.Forward(images)), "zeros at the start");
        Assert.DoesNotContain("pos_embed", transformer.state_dict().Keys);
        Assert.IsFalse(transformer.state_dict().Keys.Any(name => name.Contains("index", StringComparison.Ordinal)), "the index is no weight");
        Assert.HasCount(kind == RelativePositionKind.Shared ? 1 : 3, transformer.state_dict().Keys.Where(name => name.Contains("table", StringComparison.Ordinal)));
        CollectionAssert.AreEqual(new long[] { 9 + 3, 2 }, transformer.get_parameter(key)!.shape);
        CollectionAssert.AreEquivalent(
            transformer.named_parameters().Select(p => p.parameter.Handle).ToArray(),
            transformer.Layers.SelectMany(layer => layer.Parameters).Select(p => p.Handle).ToArray());

        transformer.Forward(images).square().sum().backward();
        Assert.IsTrue(transformer.get_parameter(key)!.grad!.ne(0).any().item<bool>());
        foreach (var run in new[] { () => transformer.Forward(zeros(1, 3, 8, 12)), () => transformer.Forward(zeros(1, 3, 4, 16)), () => transformer.EncodeTokens(zeros(1, 3, 16)) })
        {
            StringAssert.Contains(Assert.ThrowsExactly<ExperimentException>(run).Message, "Relative positions need all 2 × 2 patches of an image of 8 × 8");
        }
    }

    [TestMethod]
    public void UniformDropPath_IsThatOfEveryBlock()
    {
        using var transformer = new VisionTransformer(TinyOptions with { DropPath = 0.3, UniformDropPath = true }, Color);
        Assert.IsTrue(transformer.Blocks.All(block => block.DropPath == 0.3));
        transformer.DropPath = 0;
        Assert.IsTrue(transformer.Blocks.All(block => block.DropPath == 0));
    }

    [TestMethod]
    public void Registers_OfAStart_LeaveTheOthersAsTheyAreAndHaveNoPositions()
    {
        using var scope = NewDisposeScope();
        using var transformer = new VisionTransformer(TinyOptions with { RegisterTokens = 3 }, Color);
        CollectionAssert.AreEqual(new long[] { 1, 3, 16 }, transformer.get_parameter("reg_token")!.shape);
        CollectionAssert.AreEqual(new long[] { 1, 1 + 4, 16 }, transformer.get_parameter("pos_embed")!.shape);
        Assert.AreEqual(4, transformer.PrefixTokens);
        Assert.IsLessThan(1e-5f, transformer.get_parameter("reg_token")!.abs().max().item<float>());
        CollectionAssert.AreEqual(new long[] { 2, 4 + 2, 16 }, transformer.EncodeTokens(zeros(2, 2, 16)).shape);
    }

    [TestMethod]
    public void Constructor_SizesThatDoNotFit_SaysWhichAndWhere()
    {
        AssertRefused(TinyOptions with { ImageSize = 30 }, "image size 30 is not a multiple of its patch size 4");
        AssertRefused(TinyOptions with { Heads = 3 }, "dimension 16 is not a multiple of its 3 heads");
        AssertRefused(TinyOptions with { Dimension = 18, Positions = PositionKind.SinCosMae }, "multiple of 4, but it is 18");
        AssertRefused(TinyOptions with { ClassToken = false }, "no class token");
        AssertRefused(TinyOptions with { Causal = true }, "comes first and sees no patch");
        AssertRefused(TinyOptions with { RelativePositions = RelativePositionKind.Shared, RegisterTokens = 1 }, "no place for register tokens");

        static void AssertRefused(VisionTransformerOptions options, string because)
        {
            var error = Assert.ThrowsExactly<ExperimentException>(() => new VisionTransformer(options, Color));
            StringAssert.Contains(error.Message, because);
        }
    }
}
