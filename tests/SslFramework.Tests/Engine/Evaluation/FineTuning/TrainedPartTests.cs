using SslFramework.Core.Backbones.Residual;
using SslFramework.Core.Backbones.Transformers;
using SslFramework.Engine.Evaluation.FineTuning;
using TorchSharp;

namespace SslFramework.Tests.Engine.Evaluation.FineTuning;

[TestClass]
internal class TrainedPartTests
{
    [TestMethod]
    public void Select_HalfABlock_IsItsSecondNormAndMlpAndTheFinalNorm()
    {
        using var vit = new VisionTransformer(new() { ImageSize = 4, PatchSize = 2, Dimension = 8, Depth = 3, Heads = 2 }, new DataInfo(1, 1));
        CollectionAssert.AreEquivalent(
            new[]
            {
                "blocks.2.norm2.weight", "blocks.2.norm2.bias", "blocks.2.mlp.fc1.weight", "blocks.2.mlp.fc1.bias", "blocks.2.mlp.fc2.weight",
                "blocks.2.mlp.fc2.bias", "norm.weight", "norm.bias",
            },
            Trained(vit, 0.5));
        CollectionAssert.DoesNotContain(Trained(vit, 2), "blocks.0.norm1.weight");
        CollectionAssert.Contains(Trained(vit, 2), "blocks.1.norm1.weight");
        CollectionAssert.Contains(Trained(vit, 3), "pos_embed", "all blocks are everything");
        Assert.HasCount(vit.parameters().Count(), Trained(vit, null));
    }

    [TestMethod]
    public void Select_LastStage_StopsTheStatisticsOfTheOthers()
    {
        using var scope = NewDisposeScope();
        using var backbone = new ResNet18(new() { Width = 4, BlocksPerStage = [1, 1], Stem = ResNetStem.Small }, new DataInfo(1, 1));
        backbone.train();
        TrainedPart.Select(backbone, 1);
        var before = backbone.state_dict().ToDictionary(pair => pair.Key, pair => pair.Value.clone());

        backbone.Forward(Golden.Tensor("images", [4, 1, 8, 8], 3));

        foreach (var (key, value) in backbone.state_dict().Where(pair => pair.Key.Contains("running", StringComparison.Ordinal)))
        {
            Assert.AreEqual(!key.StartsWith("layer2.", StringComparison.Ordinal), value.Equals(before[key]), key);
        }
    }

    /// <summary>Its norms have no scale and shift, and so no parameters that could tell what is frozen.</summary>
    [TestMethod]
    public void Select_LastBlockOfNormsWithoutScale_StopsTheStatisticsOfTheOthers()
    {
        using var scope = NewDisposeScope();
        using var backbone = new Flat();
        TrainedPart.Select(backbone, 1);
        backbone.Forward(Golden.Tensor("images", [4, 1, 8, 8], 3));
        var moved = backbone.state_dict().Where(pair => pair.Key.EndsWith("running_mean", StringComparison.Ordinal) && pair.Value.abs().sum().ToDouble() > 0).Select(pair => pair.Key);
        CollectionAssert.AreEqual(new[] { "norm3.running_mean" }, moved.ToArray());
    }

    private sealed class Flat : nn.Module, IBackbone
    {
        private readonly (nn.Module<Tensor, Tensor> Conv, nn.Module<Tensor, Tensor> Norm)[] stages;

        public Flat()
            : base("flat")
        {
            stages = [.. Enumerable.Range(1, 3).Select(i => ((nn.Module<Tensor, Tensor>)nn.Conv2d(1, 1, 3), (nn.Module<Tensor, Tensor>)nn.BatchNorm2d(1, affine: false)))];
            foreach (var (i, stage) in stages.Index())
            {
                register_module($"conv{i + 1}", stage.Conv);
                register_module($"norm{i + 1}", stage.Norm);
            }
        }

        public nn.Module Module => this;

        public int Channels => 1;

        public int FeatureDimension => 1;

        public IReadOnlyList<BackboneLayer> Layers => [.. stages.Select((stage, i) => new BackboneLayer($"conv{i + 1}", [.. stage.Conv.parameters()]))];

        public Tensor Forward(Tensor images) => ForwardLayers(images)[^1].mean([2, 3]);

        public IReadOnlyList<Tensor> ForwardLayers(Tensor images)
        {
            var maps = new List<Tensor>();
            foreach (var (conv, norm) in stages)
            {
                maps.Add(images = norm.call(conv.call(images)).relu());
            }

            return maps;
        }
    }

    private static string[] Trained(VisionTransformer vit, double? blocks)
    {
        TrainedPart.Select(vit, blocks);
        return [.. vit.named_parameters().Where(p => p.parameter.requires_grad).Select(p => p.name)];
    }
}
