using SslFramework.Core.Objectives;
using SslFramework.Tests.Plugins;
using TorchSharp;

namespace SslFramework.Tests.Core.Objectives;

[TestClass]
public class MultiCropTests
{
    [TestMethod]
    public void Forward_ViewsOfTwoSizes_TakesOneForwardPerSize_AndKeepsTheirOrder()
    {
        using var scope = NewDisposeScope();
        var backbone = new Counting();
        Tensor[] views = [.. new[] { 8, 8, 4, 4, 4 }.Select((side, v) => Golden.Tensor($"view{v}", [3, 1, side, side]))];

        var features = MultiCrop.Forward(backbone, views);

        Assert.IsTrue(features.allclose(cat([.. views.Select(backbone.Inner.Forward)]), rtol: 0, atol: 1e-6));
        CollectionAssert.AreEqual(new long[] { 6, 9 }, backbone.Batches);
    }

    private sealed class Counting : nn.Module, IBackbone
    {
        public Counting()
            : base(nameof(Counting)) => register_module("inner", Inner);

        public PlainBackbone Inner { get; } = new();

        public List<long> Batches { get; } = [];

        public nn.Module Module => this;

        public int Channels => Inner.Channels;

        public int FeatureDimension => Inner.FeatureDimension;

        public IReadOnlyList<BackboneLayer> Layers => Inner.Layers;

        public Tensor Forward(Tensor images)
        {
            Batches.Add(images.shape[0]);
            return Inner.Forward(images);
        }

        public IReadOnlyList<Tensor> ForwardLayers(Tensor images) => Inner.ForwardLayers(images);
    }
}
