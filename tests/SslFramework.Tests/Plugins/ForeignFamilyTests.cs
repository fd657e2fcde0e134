using System.Globalization;
using System.Text.RegularExpressions;
using SslFramework.Core.Tensors;
using SslFramework.Core.Weights;
using SslFramework.Plugins.ConvNeXt;
using SslFramework.Plugins.MobileNet;
using SslFramework.Plugins.RegNet;
using SslFramework.Plugins.Swin;
using SslFramework.Tests.Core.Data;

namespace SslFramework.Tests.Plugins;

/// <summary>What <c>ssl import</c> makes of files of torchvision's and timm's networks, whose families plugins bring.</summary>
[TestClass]
public sealed partial class ForeignFamilyTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public static IEnumerable<object[]> Networks =>
    [
        [
            "convnext", () => (nn.Module)new ConvNeXtTiny(new() { Width = 8, BlocksPerStage = [2, 1] }, TorchvisionNetwork.Color), (Func<string, string>)ConvNeXt,
            """{"name":"convnext-tiny","width":8,"blocksPerStage":[2,1]}""",
        ],
        [
            "swin", () => (nn.Module)new SwinTiny(SmallSwin, TorchvisionNetwork.Color), (Func<string, string>)(key => Swin(key, shift: 0)),
            """{"name":"swin-tiny","windowSize":4,"width":16,"headDimension":8,"blocksPerStage":[2,1,1]}""",
        ],
        [
            "swin of the authors", () => (nn.Module)new SwinTiny(SmallSwin, TorchvisionNetwork.Color), (Func<string, string>)(key => Swin(key, shift: -1)),
            """{"name":"swin-tiny","windowSize":4,"width":16,"headDimension":8,"blocksPerStage":[2,1,1]}""",
        ],
        [
            "regnet", () => (nn.Module)new RegNetY400mf(new() { Channels = 2 }, TorchvisionNetwork.Color), (Func<string, string>)RegNet,
            """{"name":"regnety-400mf","channels":2}""",
        ],
        [
            "mobilenet-small", () => (nn.Module)new MobileNetV3Small(new(), TorchvisionNetwork.Color), (Func<string, string>)(key => MobileNet(key, [1, 2, 3, 2, 3])),
            """{"name":"mobilenet-v3-small","normEpsilon":1E-05}""",
        ],
        [
            "mobilenet-large", () => (nn.Module)new MobileNetV3Large(new() { WidthMultiplier = 0.5 }, TorchvisionNetwork.Color),
            (Func<string, string>)(key => MobileNet(key, [1, 2, 3, 4, 2, 3])), """{"name":"mobilenet-v3-large","widthMultiplier":0.5,"normEpsilon":1E-05}""",
        ],
    ];

    private static SwinOptions SmallSwin => new() { Width = 16, HeadDimension = 8, BlocksPerStage = [2, 1, 1], WindowSize = 4 };

    public void Dispose() => folder.Dispose();

    [TestMethod]
    [DynamicData(nameof(Networks))]
    public void Import_AFileOfTorchvisionsOrTimms_GivesTheNetworksWeights(string name, Func<nn.Module> create, Func<string, string> timm, string json)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var network = create();
        var weights = StateDict.Of(network).ToDictionary();
        foreach (var layout in new[] { "torchvision", "timm" })
        {
            var (file, output) = (Path.Combine(folder.Root, $"{layout}.safetensors"), Path.Combine(folder.Root, $"{layout}-own.safetensors"));
            var named = weights.ToDictionary(pair => layout == "timm" ? timm(pair.Key) : pair.Key, pair => Shaped(pair.Key, pair.Value, layout));
            named["head.fc.weight"] = ones(2, 2);
            SafeTensors.Write(file, named.ToDictionary(pair => $"model.{pair.Key}", pair => pair.Value));

            var (code, said, errors) = SslProgram.Run("import", file, "--output", output);

            Assert.AreEqual(0, code, errors);
            StringAssert.Contains(errors, "behind 'model.'");
            StringAssert.Contains(said, $"use it with --backbone '{(layout == "timm" ? json : json.Replace(",\"normEpsilon\":1E-05", "", StringComparison.Ordinal))}'".Replace("""{"name":"mobilenet-v3-small"}""", "mobilenet-v3-small", StringComparison.Ordinal));
            using var read = SafeTensors.Read(output);
            CollectionAssert.AreEquivalent(weights.Keys.ToArray(), read.Tensors.Keys.ToArray());
            foreach (var (key, value) in weights)
            {
                Assert.IsTrue(read.Tensors[key].equal(value).all().item<bool>(), $"{name}, {layout}: {key}");
            }
        }
    }

    [TestMethod]
    public void Import_WeightsThatArePartlyMissing_AreRefusedInASentence()
    {
        using var scope = NewDisposeScope();
        using var network = new ConvNeXtTiny(new() { Width = 8, BlocksPerStage = [2, 1] }, TorchvisionNetwork.Color);
        var file = Path.Combine(folder.Root, "x.safetensors");
        SafeTensors.Write(file, StateDict.Of(network).Where(pair => pair.Key != "features.1.1.block.3.bias").ToDictionary());
        var (code, _, errors) = SslProgram.Run("import", file, "--output", Path.Combine(folder.Root, "y.safetensors"));
        Assert.AreNotEqual(0, code);
        StringAssert.Contains(errors, "1 missing (features.1.1.block.3.bias)");
    }

    [TestMethod]
    public void Import_AFileOfAFewWeightsOfALargeNetwork_IsRefusedBeforeItFillsTheMemory()
    {
        using var scope = NewDisposeScope();
        var file = Path.Combine(folder.Root, "x.safetensors");
        SafeTensors.Write(file, new Dictionary<string, Tensor> { ["features.0.0.weight"] = zeros(4096, 1, 1, 1), ["features.1.0.layer_scale"] = ones(1, 1, 1) });
        var (code, _, errors) = SslProgram.Run("import", file, "--output", Path.Combine(folder.Root, "y.safetensors"));
        Assert.AreNotEqual(0, code);
        StringAssert.Contains(errors, "lacks most weights of the network that its keys tell of");
    }

    private static Tensor Shaped(string key, Tensor value, string layout) =>
        layout == "timm" && key.EndsWith("layer_scale", StringComparison.Ordinal) ? value.flatten() : value;

    private static string ConvNeXt(string key) => key.Split('.') switch
    {
        ["features", "0", var layer, var part] => $"stem.{layer}.{part}",
        ["features", var f, var b, "layer_scale"] => $"stages.{Half(f)}.blocks.{b}.gamma",
        ["features", var f, var b, "block", var layer, var part] =>
            $"stages.{Half(f)}.blocks.{b}.{layer switch { "0" => "conv_dw", "2" => "norm", "3" => "mlp.fc1", _ => "mlp.fc2" }}.{part}",
        ["features", var f, var layer, var part] => $"stages.{Half(f)}.downsample.{layer}.{part}",
        [_, _, var part] => $"head.norm.{part}",
        _ => key,
    };

    private static string Swin(string key, int shift) => key.Split('.') switch
    {
        ["features", "0", var layer, var part] => $"patch_embed.{(layer == "0" ? "proj" : "norm")}.{part}",
        ["features", var f, "reduction" or "norm", _] => $"layers.{Half(f) + shift}.downsample.{key.Split('.')[2]}.{key.Split('.')[3]}",
        ["features", var f, var b, "mlp", var layer, var part] => $"layers.{Half(f)}.blocks.{b}.mlp.fc{(layer == "0" ? 1 : 2)}.{part}",
        ["features", var f, var b, .. var rest] => $"layers.{Half(f)}.blocks.{b}.{string.Join('.', rest)}",
        _ => key,
    };

    private static string RegNet(string key) => key.Split('.') switch
    {
        ["stem", var layer, var part] => $"stem.{(layer == "0" ? "conv" : "bn")}.{part}",
        ["trunk_output", _, var block, "proj", var layer, var part] => $"{Block(block)}.downsample.{(layer == "0" ? "conv" : "bn")}.{part}",
        ["trunk_output", _, var block, "f", "se", var layer, var part] => $"{Block(block)}.se.{layer}.{part}",
        ["trunk_output", _, var block, "f", var letter, var layer, var part] =>
            $"{Block(block)}.conv{letter[0] - 'a' + 1}.{(layer == "0" ? "conv" : "bn")}.{part}",
        _ => key,
    };

    private static string Block(string block) => BlockName().Match(block) is var match
        ? $"s{match.Groups[1].Value}.b{int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture) + 1}"
        : "";

    /// <summary>timm's names of the layers of a block that expands (1×1, each channel, squeeze, 1×1), and of one that does not.</summary>
    private static string MobileNet(string key, int[] blocks)
    {
        var words = key.Split('.');
        var (number, last) = (int.Parse(words[1], CultureInfo.InvariantCulture), blocks.Sum() + 1);
        if (number == 0 || number == last)
        {
            var (conv, norm) = number == 0 ? ("conv_stem", "bn1") : ($"blocks.{blocks.Length}.0.conv", $"blocks.{blocks.Length}.0.bn1");
            return $"{(words[2] == "0" ? conv : norm)}.{words[3]}";
        }

        var (stage, block) = (0, number - 1);
        while (block >= blocks[stage])
        {
            block -= blocks[stage++];
        }

        var isFirst = number == 1; // the only one that does not expand
        var squeezes = words[^2] is "fc1" or "fc2";
        var layer = int.Parse(words[3], CultureInfo.InvariantCulture) + (isFirst ? 1 : 0);
        var name = squeezes ? (words[^2] == "fc1" ? "se.conv_reduce" : "se.conv_expand") : (layer, words[^2], isFirst) switch
        {
            (0, "0", _) => "conv_pw",
            (0, _, _) => "bn1",
            (1, "0", _) => "conv_dw",
            (1, _, true) => "bn1",
            (1, _, false) => "bn2",
            (_, "0", true) => "conv_pw",
            (_, "0", false) => "conv_pwl",
            (_, _, true) => "bn2",
            _ => "bn3",
        };
        return $"blocks.{stage}.{block}.{name}.{words[^1]}";
    }

    private static int Half(string number) => int.Parse(number, CultureInfo.InvariantCulture) / 2;

    [GeneratedRegex(@"^block(\d+)-(\d+)$")]
    private static partial Regex BlockName();
}
