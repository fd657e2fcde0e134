using SslFramework.Core.Backbones.Residual;
using SslFramework.Core.Backbones.Transformers;
using SslFramework.Core.Tensors;
using SslFramework.Core.Tensors.Autograd;

namespace SslFramework.Tests.Core.Tensors;

[TestClass]
public class RecomputationTests
{
    [TestMethod]
    [DataRow("resnet18", false)]
    [DataRow("resnet50", false)]
    [DataRow("vit", false)]
    [DataRow("vit", true)]
    [DataRow("resnet18", true)]
    public void Backward_WithRecomputation_IsTheSame(string name, bool half)
    {
        using var scope = NewDisposeScope();
        var kept = Run(name, recompute: false, half);
        var again = Run(name, recompute: true, half);
        for (var i = 0; i < kept.Count; i++)
        {
            Assert.IsTrue(again[i].allclose(kept[i], 1e-6, 1e-8), $"tensor {i}: {(again[i] - kept[i]).abs().max().ToDouble()}");
        }
    }

    [TestMethod]
    public void Backward_AgainAndAgain_LeavesNothingBehind()
    {
        var backbone = Create("resnet18", recompute: true);
        Step();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var i = 0; i < 3; i++)
        {
            Step();
        }

        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        void Step()
        {
            using var scope = NewDisposeScope();
            backbone.Forward(randn(2, 1, 16, 16)).sum().backward();
        }
    }

    [TestMethod]
    public void Backward_SecondPassFails_ThrowsAfterIt()
    {
        using var scope = NewDisposeScope();
        var calls = 0;
        var input = randn(2).requires_grad_(true);
        var output = Recomputation.Run(nn.Identity(), x => calls++ == 0 ? x * 2 : throw new InvalidOperationException("planted"), input);
        output.sum().backward();
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(BackwardFailure.ThrowIfAny).Message, "planted");
        BackwardFailure.ThrowIfAny();
    }

    private static IBackbone Create(string name, bool recompute)
    {
        manual_seed(2);
        var (residual, data) = (new ResNetOptions { Stem = ResNetStem.Small, Width = 16, BlocksPerStage = [2, 1], DropPath = 0.5, Recompute = recompute }, new DataInfo(4, 1));
        return name switch
        {
            "resnet18" => new ResNet18(residual, data),
            "resnet50" => new ResNet50(residual, data),
            _ => new VisionTransformer(new() { ImageSize = 16, PatchSize = 4, Dimension = 16, Depth = 3, Heads = 2, DropPath = 0.5, Recompute = recompute }, data),
        };
    }

    private static List<Tensor> Run(string name, bool recompute, bool half)
    {
        var backbone = Create(name, recompute);
        var images = randn(4, 1, 16, 16);
        Tensor features;
        using (half ? Autocast.On(DeviceType.CPU, ScalarType.BFloat16) : null)
        {
            features = backbone.Forward(images);
        }

        (features.to(float32) * randn(features.shape)).sum().backward();
        BackwardFailure.ThrowIfAny();
        return [features.detach(), .. backbone.Module.parameters().Select(p => p.grad!), .. backbone.Module.named_buffers().Select(b => b.buffer.to(float32)), rand(3)];
    }
}
