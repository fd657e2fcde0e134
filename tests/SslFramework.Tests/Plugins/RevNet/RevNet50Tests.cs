using System.Runtime.InteropServices;
using SslFramework.Core.Backbones.Residual;
using SslFramework.Core.Tensors;
using SslFramework.Core.Tensors.Autograd;
using SslFramework.Plugins.RevNet;
using SslFramework.Testing;
using SslFramework.Tests.Core.Backbones;

namespace SslFramework.Tests.Plugins.RevNet;

[TestClass]
public partial class RevNet50Tests
{
    private static readonly DataInfo Color = new(100, 3);
    private static readonly RevNetOptions Tiny = new() { Stem = ResNetStem.Small, Width = 4, BlocksPerStage = [2, 2] };

    /// <summary>
    /// By the authors' lines: a block of half-width h has 17/16 h² weights in its convolutions and 3 h of scales and shifts in its norms.
    /// </summary>
    [TestMethod]
    [DataRow(64, 2048)]
    [DataRow(256, 8192)]
    public void Parameters_AreAsManyAsTheAuthorsNetworkHas(int width, int features)
    {
        using var device = new DefaultDevice(META);
        using var network = new RevNet50(new RevNetOptions { Width = width }, Color);
        long stem = 4 * width, expected = (3 * 49 * stem) + (2 * 8 * stem);
        foreach (var (stage, blocks) in new[] { 3, 4, 6, 3 }.Index())
        {
            var half = (stem << stage) / 2;
            expected += blocks * ((2 * half * half / 4) + (9 * half * half / 16) + (2 * half) + (4 * half / 4));
        }

        Assert.AreEqual(expected, network.parameters().Sum(parameter => parameter.numel()));
        Assert.AreEqual(features, network.FeatureDimension);
        Assert.AreEqual(50 - 1, network.modules().OfType<TorchSharp.Modules.Conv2d>().Count(), "layers beside the classifier");
    }

    [TestMethod]
    public void Contract_IsKept()
    {
        new BackboneContract(() => new RevNet50(Tiny, Color), new ViewShape(3, 16, 16)).Verify();
        new BackboneContract(() => new RevNet50(new RevNetOptions { Width = 4 }, Color), new ViewShape(3, 40, 56)).Verify();
    }

    [TestMethod]
    public void Maps_At224Pixels_AreTheAuthors()
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        using var network = new RevNet50(new RevNetOptions(), Color);
        network.eval();

        var maps = network.ForwardLayers(zeros(1, 3, 224, 224));

        CollectionAssert.AreEqual(
            new[] { "256 56 56", "256 56 56", "512 28 28", "1024 14 14", "2048 7 7", "2048 7 7" },
            maps.Select(map => string.Join(' ', map.shape.Skip(1))).ToArray());
        CollectionAssert.AreEqual(
            new[] { "conv1", "layer1", "layer2", "layer3", "layer4", "norm" }, network.Layers.Select(layer => layer.Name).ToArray());
    }

    /// <summary>At depth 50, in training mode, from pixels to weights.</summary>
    [TestMethod]
    public void Backward_GradientsAndStatistics_AreThoseOfKeptActivations()
    {
        using var scope = NewDisposeScope();
        var kept = Step(keepActivations: true);
        var reversed = Step(keepActivations: false);
        foreach (var (name, expected) in kept)
        {
            var scale = expected.abs().max().ToDouble() + 1e-6;
            Assert.IsLessThan(1e-5 * scale, (reversed[name] - expected).abs().max().ToDouble(), name);
        }
    }

    [TestMethod]
    public void Forward_ThatAGradientWillFollow_KeepsAFractionOfTheActivations()
    {
        using var scope = NewDisposeScope();
        var images = randn(8, 3, 96, 96);
        Held(new RevNet50(new RevNetOptions { Width = 16, KeepActivations = true }, Color), images); // libtorch's own caches fill
        var kept = Held(new RevNet50(new RevNetOptions { Width = 16, KeepActivations = true }, Color), images);
        var reversed = Held(new RevNet50(new RevNetOptions { Width = 16 }, Color), images);
        var residual = Held(new ResNet50(new ResNetOptions { Width = 16 }, Color), images);
        Console.WriteLine($"MB held after a forward: {reversed >> 20} reversible, {kept >> 20} kept, {residual >> 20} of ResNet-50");
        if (kept == 0)
        {
            Assert.Inconclusive("The allocator in use does not tell how much it holds.");
        }

        Assert.IsLessThan(0.6 * kept, reversed);
        Assert.IsLessThan(0.6 * residual, reversed);
    }

    private static Dictionary<string, Tensor> Step(bool keepActivations)
    {
        manual_seed(5);
        var network = new RevNet50(new RevNetOptions { Width = 8, KeepActivations = keepActivations }, Color);
        network.to(float64); // what rounding does is ReversibleChainTests' matter
        var images = Golden.Tensor("images", [4, 3, 48, 48], 2).to(float64);
        var features = network.Forward(images);
        (features * Golden.Tensor("probe", features.shape)).sum().backward();
        BackwardFailure.ThrowIfAny();
        return network.named_parameters().Select(pair => (pair.name, value: pair.parameter.grad!))
            .Concat(network.named_buffers().Select(pair => (pair.name, value: pair.buffer.to(float64))))
            .Append(("features", features.detach()))
            .ToDictionary(pair => pair.Item1, pair => pair.Item2);
    }

    private static long Held(IBackbone backbone, Tensor images)
    {
        var before = AllocatedBytes();
        using var features = backbone.Forward(images);
        return AllocatedBytes() - before;
    }

    private static long AllocatedBytes()
    {
        try
        {
            var info = Mallinfo2();
            return (long)(info.InUse + info.Mapped);
        }
        catch (EntryPointNotFoundException)
        {
            return 0;
        }
    }

    [LibraryImport("libc", EntryPoint = "mallinfo2")]
    private static partial MallocInfo Mallinfo2();

    /// <summary>glibc's <c>struct mallinfo2</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct MallocInfo
    {
        public nuint Arena;
        public nuint FreeChunks;
        public nuint FastChunks;
        public nuint MappedRegions;
        public nuint Mapped;
        public nuint Peak;
        public nuint FastFree;
        public nuint InUse;
        public nuint Free;
        public nuint Releasable;
    }
}
