using SslFramework.Core.Tensors;
using SslFramework.Plugins.IGPT;
using SslFramework.Testing;
using SslFramework.Tests.Core.Data;
using TorchSharp;

namespace SslFramework.Tests.Plugins.IGPT;

[TestClass]
public class PixelTransformerTests
{
    private static readonly PixelTransformerOptions Small = new() { ImageSide = 4, Colors = 8, Dimension = 8, Depth = 3, Heads = 2 };

    [TestMethod]
    [DataRow(true, null)]
    [DataRow(false, 0)]
    [DataRow(true, 3)]
    public void Backbone_Contract_Holds(bool causal, int? featureLayer) => new BackboneContract(
        () => New(Small with { Causal = causal, FeatureLayer = featureLayer }), new ViewShape(1, 4, 4)).Verify();

    /// <summary>The invariant of the method: what a place gives depends on the pixels before it alone.</summary>
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Encode_WithAChangedPixel_ChangesLaterPlacesAlone_IfCausal(bool causal)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var network = New(Small with { Causal = causal });
        var pixels = arange(16).remainder(8).view(1, 16);
        var before = network.Encode(pixels);
        for (var place = 0; place < 16; place++)
        {
            var changed = pixels.clone();
            changed[0, place] = (pixels[0, place] + 1).remainder(8);
            var moved = network.Encode(changed).ne(before).any(2)[0].data<bool>().ToArray();
            CollectionAssert.AreEqual(Enumerable.Range(0, 16).Select(other => !causal || other > place).ToArray(), moved);
        }
    }

    [TestMethod]
    public void EncodeNext_PlaceByPlace_GivesWhatEncodeDoes()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var network = New(Small);
        var pixels = randint(8, new long[] { 3, 16 }, int64);
        var (expected, memory) = (network.Encode(pixels), network.NewMemory());
        for (var place = 0; place < 16; place++)
        {
            var next = network.EncodeNext(pixels.select(1, Math.Max(0, place - 1)), place, memory);
            Assert.IsLessThan(1e-5, (next - expected.select(1, place)).abs().max().ToDouble());
        }
    }

    /// <summary>As without autocast, up to what bfloat16 can tell; it has an attention of its own there.</summary>
    [TestMethod]
    public void Encode_InBfloat16_IsCloseAndAsCausal()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var network = New(Small);
        var pixels = randint(8, new long[] { 3, 16 }, int64);
        var (other, expected) = (pixels.clone(), network.Encode(pixels));
        other.narrow(1, 9, 7).fill_(0);
        using var autocast = Autocast.On(DeviceType.CPU, ScalarType.BFloat16);
        var cast = network.Encode(pixels);
        Assert.IsLessThan(0.1, (cast - expected).abs().max().ToDouble());
        Assert.IsTrue(network.Encode(other).eq(cast).all(2).narrow(1, 0, 10).all().ToBoolean());
    }

    [TestMethod]
    public void Features_OfTheMiddle_AreTheMeanOfTheNextBlocksInput()
    {
        using var scope = NewDisposeScope();
        var images = rand(2, 1, 4, 4);
        var network = New(Small with { FeatureLayer = 2 });
        Assert.IsLessThan(1e-6, (network.ForwardLayers(images)[2].mean([1]) - network.Forward(images)).abs().max().ToDouble());
        Assert.HasCount(4, network.Layers);
        Assert.AreEqual("embeddings h.0 h.1 h.2", string.Join(' ', network.Layers.Select(layer => layer.Name)));
    }

    [TestMethod]
    public void Quantize_OfPaintedColors_GivesThemBack()
    {
        using var scope = NewDisposeScope();
        var network = New(Small with { Channels = 3 }, Colors());
        var pixels = arange(16).remainder(8).view(1, 16);
        CollectionAssert.AreEqual(new long[] { 1, 3, 4, 4 }, network.Paint(pixels).shape);
        Assert.IsTrue(network.Quantize(network.Paint(pixels)).eq(pixels).all().ToBoolean());
    }

    /// <summary>Images of eight colors have these as their palette, whatever their order.</summary>
    [TestMethod]
    public void Palette_OfEightColors_IsTheEight()
    {
        using var scope = NewDisposeScope();
        var palette = Palette.Of(Colors(), 8);
        var found = palette.data<float>().ToArray().Chunk(3).Select(color => string.Join(' ', color.Select(c => Math.Round(c * 255))));
        var expected = Enumerable.Range(0, 8).Select(i => $"{Level(i, 0)} {Level(i, 1)} {Level(i, 2)}");
        CollectionAssert.AreEquivalent(expected.ToArray(), found.ToArray());
        Assert.IsTrue(palette.equal(Palette.Of(Colors(), 8)).all().ToBoolean(), "the same each time");
    }

    [TestMethod]
    public void Palette_OfMoreColorsThanPixels_IsRefused() => Assert.Contains(
        "80 pixels", Assert.ThrowsExactly<ExperimentException>(() => Palette.Of(Colors(), 81)).Message);

    /// <summary>A network that gets its palette with its weights sees the colors of the one that they come from.</summary>
    [TestMethod]
    public void Palette_OfSavedWeights_IsLoaded()
    {
        using var scope = NewDisposeScope();
        var (made, loaded) = (New(Small with { Channels = 3 }, Colors()), New(Small with { Channels = 3 }));
        StateDict.Load(loaded, StateDict.Of(made));
        var pixels = arange(16).remainder(8).view(1, 16);
        Assert.IsTrue(loaded.Paint(pixels).equal(made.Paint(pixels)).all().ToBoolean());
    }

    [TestMethod]
    public void Images_OfAnotherSize_AreRefused()
    {
        using var scope = NewDisposeScope();
        Assert.Contains("1×5×4", Assert.ThrowsExactly<ExperimentException>(() => New(Small).Forward(rand(1, 1, 5, 4))).Message);
    }

    [TestMethod]
    public void Gradients_OfRecomputedBlocks_AreThoseOfKeptOnes()
    {
        using var scope = NewDisposeScope();
        var (kept, again) = (New(Small), New(Small with { Recompute = true }));
        StateDict.Load(again, StateDict.Of(kept));
        var pixels = randint(8, new long[] { 2, 16 }, int64);
        kept.Encode(pixels).square().sum().backward();
        again.Encode(pixels).square().sum().backward();
        foreach (var ((name, one), (_, other)) in kept.named_parameters().Zip(again.named_parameters()))
        {
            Assert.IsLessThan(1e-4, (one.grad! - other.grad!).abs().max().ToDouble(), name);
        }
    }

    private static PixelTransformer New(PixelTransformerOptions options, IDataSource? source = null) =>
        new(options, new DataInfo(4, 1), source);

    /// <summary>Five images of 4×4 pixels, with a color of eight in each.</summary>
    private static TestImages Colors() => new(5, 4, 4, 3, (image, row, column, channel) => Level(image + (4 * row) + column, channel));

    private static byte Level(int color, int channel) => (byte)(40 * ((color >> channel) & 1) + 60 + (10 * (color & 7)));
}
