using SslFramework.Core.Backbones.Transformers;

namespace SslFramework.Tests.Core.Backbones.Transformers;

/// <summary>Positions for images of other sizes, against DINO and DINOv2 in float64.</summary>
[TestClass]
public class GridPositionsTests
{
    private const double Tolerance = 1e-7;

    private static readonly VisionTransformerOptions Small =
        new() { ImageSize = 8, PatchSize = 4, Dimension = 8, Depth = 1, Heads = 2 };

    [TestMethod]
    public void DinoVit_OfNineSizes_HasTheAuthorsPositionsAndTokens()
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        var golden = new GoldenCase("dino.json", "dino_vit");
        using var network = new VisionTransformer(Of(golden) with { PositionOffset = 0.1 }, new DataInfo(1, 3));
        golden.SetWeights(network);
        foreach (var size in golden["sizes"].EnumerateObject())
        {
            var image = golden.Input($"image_{size.Name}");
            AssertPositions(size.Value, network, image, size.Name);
            var tokens = network.ForwardLayers(image)[^1];
            Golden.AssertStats(size.Value.GetProperty("tokens"), tokens, Tolerance, $"{size.Name}: tokens");
            Golden.AssertValues(size.Value.GetProperty("class_token"), tokens[0, 0], Tolerance, $"{size.Name}: class token");
            Assert.IsTrue(tokens.select(1, 0).Equals(network.Forward(image)), "pooled");
        }
    }

    [TestMethod]
    public void DinosUsualGrids_OfLearnedPositionsFor224Pixels_AreTheAuthors()
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        var golden = new GoldenCase("dino.json", "dino_positions_14");
        var positions = golden.Input("pos_embed");
        foreach (var size in golden["sizes"].EnumerateObject())
        {
            var sides = size.Name.Split('x').Select(side => int.Parse(side) / 16).ToArray();
            var resized = GridPositions.Interpolate(positions.narrow(1, 1, 196), new(14, 14), new(sides[0], sides[1]), 0.1, antialias: false);
            Golden.AssertStats(size.Value.GetProperty("positions"), cat([positions.narrow(1, 0, 1), resized], 1)[0], Tolerance, size.Name);
            Golden.AssertValues(size.Value.GetProperty("last"), resized[0, -1], Tolerance, $"{size.Name}: last");
        }
    }

    [TestMethod]
    public void DinoV2sVit_WithOffsetAndAntialias_HasTheAuthorsPositions()
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        var golden = new GoldenCase("dinov2.json", "dinov2_vit");
        foreach (var size in golden["sizes"].EnumerateObject())
        {
            var words = size.Name.Split(' ');
            var options = VisionTransformerGoldenTests.DinoV2(golden) with
            {
                PositionOffset = words[2] == "0" ? 0 : 0.1,
                PositionAntialias = words.Length > 3,
            };
            using var network = new VisionTransformer(options, new DataInfo(1, 3));
            golden.SetWeights(network, VisionTransformerGoldenTests.DinoV2Key);
            var image = golden.Input($"image_{words[0]}");
            AssertPositions(size.Value, network, image, size.Name);
            Golden.AssertValues(size.Value.GetProperty("class_token"), network.Forward(image)[0], Tolerance, $"{size.Name}: class token");
        }
    }

    [TestMethod]
    [DataRow(2, 3, 0.1, new[] { -.270110, .283653, .886563, .837416, 1.391179, 1.994089, 2.043236, 2.596999, 3.199908 })]
    [DataRow(2, 3, 0.0, new[] { -.260417, .326389, .913194, .913194, 1.5, 2.086806, 2.086806, 2.673611, 3.260417 })]
    [DataRow(4, 2, 0.0, new[] { 2.03125, 4.21875, 10.78125, 12.96875 })]
    [DataRow(4, 2, 0.1, new[] { 1.812152, 3.901161, 10.168189, 12.257198 })]
    public void Interpolate_CountedPositions_AreThoseOfTheExample(int from, int to, double offset, double[] expected)
    {
        using var scope = NewDisposeScope();
        var positions = arange(from * from, dtype: float64).view(1, -1, 1);

        var resized = GridPositions.Interpolate(positions, new(from, from), new(to, to), offset, antialias: false);

        CollectionAssert.AreEqual(new long[] { 1, to * to, 1 }, resized.shape);
        Assert.IsLessThan(2e-6, (resized.flatten() - tensor(expected)).abs().max().item<double>());
    }

    [TestMethod]
    public void PositionsFor_TheOwnGrid_AreTheStoredOnes()
    {
        using var scope = NewDisposeScope();
        using var network = new VisionTransformer(Small with { PositionOffset = 0.1 }, new DataInfo(1, 1));
        Assert.IsTrue(network.PositionsFor(2, 2).Equals(network.PatchPositions));
    }

    [TestMethod]
    public void PositionsFor_AnotherGrid_PassGradientOn()
    {
        using var scope = NewDisposeScope();
        using var network = new VisionTransformer(Small, new DataInfo(1, 1));
        (network.Forward(rand(1, 1, 12, 20)) * arange(8)).sum().backward();
        Assert.IsTrue(network.get_parameter("pos_embed")!.grad!.ne(0).any().item<bool>());
    }

    [TestMethod]
    [DataRow(PositionKind.SinCosMae)]
    [DataRow(PositionKind.SinCosMocoV3)]
    public void PositionsFor_FixedTables_AreComputedForTheGrid(PositionKind kind)
    {
        using var scope = NewDisposeScope();
        using var network = new VisionTransformer(Small with { Positions = kind }, new DataInfo(1, 1));
        var expected = kind == PositionKind.SinCosMae ? SinCosPositions.Mae(8, 3, 5, 0) : SinCosPositions.MocoV3(8, 3, 5, 0);
        Assert.IsTrue(network.PositionsFor(3, 5).Equals(expected));
        CollectionAssert.AreEqual(new long[] { 2, 8 }, network.Forward(rand(2, 1, 12, 20)).shape);
    }

    [TestMethod]
    public void PositionsFor_ABackboneOfOneGrid_SaysSoForAnother()
    {
        using var scope = NewDisposeScope();
        using var network = new VisionTransformer(Small, new DataInfo(1, 1));
        ITokenBackbone fixedGrid = new FixedGrid(network);
        Assert.IsTrue(fixedGrid.PositionsFor(2, 2).Equals(network.PatchPositions));
        var error = Assert.ThrowsExactly<ExperimentException>(() => fixedGrid.PositionsFor(3, 2));
        StringAssert.Contains(error.Message, "positions for 2 × 2 patches alone, but the image has 3 × 2; resize the views to 8 × 8");
    }

    private static VisionTransformerOptions Of(GoldenCase golden) => new()
    {
        ImageSize = (int)golden.Config("img_size"),
        PatchSize = (int)golden.Config("patch_size"),
        Dimension = (int)golden.Config("embed_dim"),
        Depth = (int)golden.Config("depth"),
        Heads = (int)golden.Config("num_heads"),
    };

    private static void AssertPositions(System.Text.Json.JsonElement golden, VisionTransformer network, Tensor image, string what)
    {
        var patches = network.PositionsFor((int)image.shape[2] / 4, (int)image.shape[3] / 4)[0]; // [L, D]
        var first = network.get_parameter("pos_embed")![0].narrow(0, 0, 1);
        Golden.AssertStats(golden.GetProperty("positions"), cat([first, patches]), Tolerance, $"{what}: positions");
        Golden.AssertValues(golden.GetProperty("row1"), patches[0], Tolerance, $"{what}: first patch");
        Golden.AssertValues(golden.GetProperty("last"), patches[-1], Tolerance, $"{what}: last patch");
    }

    /// <summary>Leaves out what the contract need not have.</summary>
    private sealed class FixedGrid(VisionTransformer network) : ITokenBackbone
    {
        public nn.Module Module => network;

        public int Channels => network.Channels;

        public int FeatureDimension => network.FeatureDimension;

        public IReadOnlyList<BackboneLayer> Layers => network.Layers;

        public int PatchSize => network.PatchSize;

        public int GridRows => network.GridRows;

        public int GridColumns => network.GridColumns;

        public int TokenDimension => network.TokenDimension;

        public int PrefixTokens => network.PrefixTokens;

        public Tensor PatchPositions => network.PatchPositions;

        public Tensor Forward(Tensor images) => network.Forward(images);

        public IReadOnlyList<Tensor> ForwardLayers(Tensor images) => network.ForwardLayers(images);

        public Tensor EmbedPatches(Tensor images) => network.EmbedPatches(images);

        public Tensor EncodeTokens(Tensor tokens) => network.EncodeTokens(tokens);
    }
}
