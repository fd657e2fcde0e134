using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SslFramework.Core.Backbones.Residual;

namespace SslFramework.Tests.Core.Backbones.Residual;

/// <summary>Deeper, grouped and wide networks against torchvision: tests/goldens/residual_networks.py printed the numbers.</summary>
[TestClass]
public class ResidualNetworksGoldenTests
{
    private const int Classes = 1000; // of the reference's classifier
    private static readonly DataInfo Color = new(1, 3);

    [TestMethod]
    [DataRow("resnet101", "resnet101", 0, 0)]
    [DataRow("resnet152", "resnet152", 0, 0)]
    [DataRow("resnet200", "resnet200", 0, 0)]
    [DataRow("resnext50", "resnext50", 0, 0)]
    [DataRow("wide-resnet50", "wide-resnet50", 0, 0)]
    [DataRow("resnext101_32x8d", "resnet101", 32, 8)]
    [DataRow("wide_resnet101_2", "resnet101", 1, 128)]
    public void ParametersAndKeys_AreTorchvisions(string golden, string name, int groups, int widthPerGroup)
    {
        using var device = new DefaultDevice(META);
        var options = new ResNetOptions { Groups = groups == 0 ? null : groups, WidthPerGroup = widthPerGroup == 0 ? null : widthPerGroup };
        using var network = Array.Find(ResNetSize.All, size => size.Name == name)!.Create(options, Color);
        string[] keys = [.. network.state_dict().Keys.Order(StringComparer.Ordinal)];

        var expected = Case(golden);
        Assert.AreEqual(
            expected.GetProperty("parameters").GetInt64() - ((network.FeatureDimension + 1) * Classes),
            network.parameters().Sum(parameter => parameter.numel()));
        Assert.HasCount(expected.GetProperty("keys").GetInt32(), keys);
        Assert.AreEqual(
            expected.GetProperty("keys_sha256").GetString(),
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', keys)))));
    }

    [TestMethod]
    [DataRow("resnext50")]
    [DataRow("wide-resnet50")]
    public void Evaluation_EveryStageAndGradient_AreTorchvisions(string name)
    {
        using var scope = NewDisposeScope();
        var golden = Case(name).GetProperty("eval");
        using var network = Array.Find(ResNetSize.All, size => size.Name == name)!.Create(new ResNetOptions(), Color);
        Golden.SetWeights(network, name);
        network.eval();

        var maps = network.ForwardLayers(Golden.Tensor("images", [2, 3, 64, 64], 2));
        for (var stage = 1; stage <= 4; stage++)
        {
            Golden.AssertStats(golden.GetProperty($"layer{stage}"), maps[stage], 1e-5, $"layer{stage}");
        }

        var features = network.FeaturesOf(maps);
        Golden.AssertStats(golden.GetProperty("features"), features, 1e-5, "features");
        var loss = (features * Golden.Tensor("probe", features.shape)).sum();
        loss.backward();
        Golden.AssertClose(golden.GetProperty("loss").GetDouble(), loss.item<float>(), 1e-5, "loss");
        foreach (var gradient in golden.GetProperty("grads").EnumerateObject())
        {
            Golden.AssertStats(gradient.Value, network.get_parameter(gradient.Name)!.grad!, 1e-4, gradient.Name);
        }
    }

    private static JsonElement Case(string name) => Golden.Open("residual_networks.json").GetProperty(name);
}
