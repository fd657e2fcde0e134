using SslFramework.Core.Backbones.Historical;
using SslFramework.Core.Backbones.Residual;
using SslFramework.Core.Backbones.Transformers;
using SslFramework.Testing;
using TorchSharp;
using TorchSharp.Modules;

namespace SslFramework.Tests.Testing;

[TestClass]
public class BackboneContractTests
{
    [TestMethod]
    [DataRow("resnet18", 8)]
    [DataRow("resnet50", 8)]
    [DataRow("resnet18 with layer norm", 8)]
    [DataRow("vit", 8)]
    [DataRow("vit at another size", 12)]
    [DataRow("vit of BEiT", 8)]
    [DataRow("vit of DINOv2", 8)]
    [DataRow("causal vit", 8)]
    [DataRow("rotnet-nin", 16)]
    [DataRow("exemplar-cnn", 16)]
    [DataRow("jigsaw-alexnet", 25)]
    [DataRow("test", 8)]
    public void Verify_OneOfTheFrameworks_Holds(string name, int side)
    {
        var data = new DataInfo(4, 1);
        var transformer = new VisionTransformerOptions { ImageSize = 8, PatchSize = 4, Dimension = 16, Depth = 2, Heads = 2 };
        IBackbone Create() => name switch
        {
            "resnet18" => new ResNet18(new() { Stem = ResNetStem.Small, Width = 16, BlocksPerStage = [1, 1] }, data),
            "resnet50" => new ResNet50(new() { Stem = ResNetStem.Small, Width = 16, BlocksPerStage = [1, 1] }, data),
            "resnet18 with layer norm" => new ResNet18(
                new() { Stem = ResNetStem.Small, Width = 16, BlocksPerStage = [1, 1], Normalization = new() { Kind = NormalizationKind.LayerNorm } }, data),
            "vit" or "vit at another size" => new VisionTransformer(transformer, data),
            "vit of BEiT" => new VisionTransformer(
                transformer with { Positions = PositionKind.None, RelativePositions = RelativePositionKind.Shared, QkvBias = QkvBias.QueryValue, LayerScale = 0.1 }, data),
            "vit of DINOv2" => new VisionTransformer(transformer with { RegisterTokens = 2, LayerScale = 1e-5 }, data),
            "causal vit" => new VisionTransformer(
                transformer with { Causal = true, Pooling = TokenPooling.Mean, RelativePositions = RelativePositionKind.PerBlock }, data),
            "rotnet-nin" => new RotNetNin(new(), data),
            "jigsaw-alexnet" => new JigsawAlexNet(data),
            "exemplar-cnn" => new ExemplarCnn(new() { Maps = [16, 16], Hidden = 16, PatchSize = 16 }, data),
            _ => new TestBackbone(1, 16),
        };
        new BackboneContract(Create, new ViewShape(1, side, side)).Verify();
    }

    [TestMethod]
    [DataRow("none", null)]
    [DataRow("unregistered", "\"hidden\" of Faulty is not registered")]
    [DataRow("scope", "\"scale\" is freed with the dispose scope that the backbone is built in; make it with .DetachFromDisposeScope()")]
    [DataRow("missing", "the parameter \"fc.weight\" is in none of Layers")]
    [DataRow("several", "the parameter \"scale\" is in several of Layers")]
    [DataRow("layers", "ForwardLayers gives 1 tensors, but there are 2 Layers")]
    [DataRow("length", "instead of [N, FeatureDimension]")]
    [DataRow("features", "FeaturesOf gives other features than Forward")]
    [DataRow("chance", "in evaluation mode the same images give other features the second time")]
    [DataRow("batch", "in evaluation mode an image's features depend on the other images")]
    [DataRow("state", "built anew and loaded, it gives other features")]
    [DataRow("frozen", "no parameter gets a gradient")]
    [DataRow("leak", "tensors were left behind")]
    public void Verify_AFault_IsNamed(string fault, string? sentence)
    {
        var contract = new BackboneContract(() => new Faulty(fault), new ViewShape(1, 4, 4));
        if (sentence is null)
        {
            contract.Verify();
            return;
        }

        var error = Assert.ThrowsExactly<ContractViolationException>(contract.Verify);
        StringAssert.StartsWith(error.Message, "The backbone breaks its contract: ");
        StringAssert.Contains(error.Message, sentence);
    }

    private sealed class Faulty : nn.Module, IBackbone
    {
        private static int built;
        private readonly string fault;
        private readonly Linear fc = nn.Linear(16, 4);
        private readonly Parameter scale;
        private readonly List<Tensor> kept = [];
        private readonly double start = 1 + ++built;
#pragma warning disable IDE0052 // The kit reads it.
        private readonly List<nn.Module> hidden = [];
#pragma warning restore IDE0052

        public Faulty(string fault)
            : base("faulty")
        {
            this.fault = fault;
            scale = fault == "scope" ? new Parameter(ones(4)) : (Parameter)new Parameter(ones(4)).DetachFromDisposeScope();
            RegisterComponents();
            if (fault == "unregistered")
            {
                hidden.Add(nn.Linear(4, 4));
            }
        }

        public nn.Module Module => this;

        public int Channels => 1;

        public int FeatureDimension => fault == "length" ? 5 : 4;

        public IReadOnlyList<BackboneLayer> Layers => fault switch
        {
            "missing" => [new("scale", [scale]), new("bias", [fc.bias!])],
            "several" => [new("fc", [.. parameters()]), new("scale", [scale])],
            _ => [new("fc", [.. fc.parameters()]), new("scale", [scale])],
        };

        public Tensor Forward(Tensor images) => ForwardLayers(images)[^1];

        public IReadOnlyList<Tensor> ForwardLayers(Tensor images)
        {
            var rows = images.flatten(1); // [N, 16]
            rows = fault switch
            {
                "batch" => rows - rows.mean([0]),
                "chance" => rows + rand_like(rows),
                "state" => rows * start,
                "frozen" => rows.detach(),
                _ => rows,
            };
            using var gradient = set_grad_enabled(fault != "frozen" && is_grad_enabled());
            var linear = fc.call(rows); // [N, 4]
            if (fault == "leak")
            {
                kept.Add(linear.detach().DetachFromDisposeScope());
            }

            return fault == "layers" ? [linear * scale] : [linear, linear * scale];
        }

        public Tensor? FeaturesOf(IReadOnlyList<Tensor> layers) => fault == "features" ? layers[0] * 2 : layers[^1];
    }
}
