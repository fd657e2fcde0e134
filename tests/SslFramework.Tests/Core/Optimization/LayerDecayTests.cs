using SslFramework.Core.Backbones.Residual;
using SslFramework.Core.Backbones.Transformers;
using SslFramework.Core.Optimization;

namespace SslFramework.Tests.Core.Optimization;

[TestClass]
public class LayerDecayTests
{
    [TestMethod]
    public void Of_VitTiny_EqualsMae()
    {
        var golden = Golden.Open("layer_decay.json");
        using var backbone = new TinyVisionTransformer(new(), new DataInfo(1, 3));
        var (tuned, decay) = (LayerDecay.Of(backbone, golden.GetProperty("layer_decay").GetDouble()).Factors, golden.GetProperty("weight_decay").GetDouble());

        var count = 0;
        foreach (var expected in golden.GetProperty("parameters").EnumerateObject().Where(p => !p.Name.StartsWith("head.", StringComparison.Ordinal)))
        {
            Assert.AreEqual(expected.Value.GetProperty("lr_scale").GetDouble(), tuned[expected.Name].LearningRate, 1e-12, expected.Name);
            Assert.AreEqual(expected.Value.GetProperty("weight_decay").GetDouble(), decay * tuned[expected.Name].WeightDecay, 1e-12, expected.Name);
            count++;
        }

        Assert.HasCount(count, tuned);
    }

    [TestMethod]
    public void Of_ResNet_CountsStagesFromTheClassifierDown()
    {
        using var backbone = new ResNet18(new() { Width = 4 }, new DataInfo(1, 3));
        var tuned = LayerDecay.Of(backbone, 0.5).Factors;
        Assert.AreEqual(new ParameterFactors(0.5, 1), tuned["layer4.0.conv1.weight"]);
        Assert.AreEqual(new ParameterFactors(Math.Pow(0.5, 5), 0), tuned["bn1.weight"]);
    }
}
