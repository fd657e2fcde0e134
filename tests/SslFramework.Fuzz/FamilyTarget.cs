using Microsoft.Extensions.DependencyInjection;
using SslFramework.Core.Tensors;
using SslFramework.Engine.Weights;
using SslFramework.Host.Components;
using SslFramework.Host.Configuration;
using SslFramework.Host.Plugins;
using SslFramework.Host.Weights;

namespace SslFramework.Fuzz;

/// <summary>What <c>ssl import</c> makes of weights whose network a plugin knows by their keys.</summary>
/// <param name="plugins">The folder of the plugins; they are loaded when the first input is asked for.</param>
internal sealed class FamilyTarget(string plugins)
{
    private const long MostNumbers = 2000; // in a tensor of a seed of which the rest is left out

    private readonly Lazy<Installation> installed = new(() => Installation.Load([plugins]));

    /// <summary>Words of torchvision's keys and of timm's.</summary>
    public static IReadOnlyList<string> Words { get; } =
    [
        "features.0.0.weight", "features.1.0.layer_scale", "features.1.0.attn.relative_position_bias_table", "features.16.0.weight", "layers.0.blocks.0.",
        "stages.0.blocks.0.gamma", "stages.0.blocks.0.conv_dw.weight", "trunk_output.block1.block1-0.f.a.0.weight", "s1.b1.conv1.conv.weight", "s4.b7.",
        "conv_stem.weight", "blocks.0.0.", "bn1.", "conv_pwl.weight", "se.conv_reduce.", "downsample.", "head.fc.weight", "classifier.0.", "model.",
        "\"shape\":[", "[2,1,2,2]", "[65535,1,1,1]", "[9,2]", "[0]", "\"F16\"", "\"I64\"",
    ];

    /// <summary>Tiny networks by torchvision's names, and by timm's, parts of which are missing.</summary>
    public IEnumerable<byte[]> Seeds()
    {
        string[] networks =
        [
            """{ "name": "convnext-tiny", "width": 2, "blocksPerStage": [1, 1], "patchSize": 2, "channels": 1 }""",
            """{ "name": "swin-tiny", "width": 4, "headDimension": 2, "windowSize": 2, "blocksPerStage": [2], "patchSize": 1, "channels": 1 }""",
            """{ "name": "regnety-400mf", "channels": 1 }""",
            """{ "name": "mobilenet-v3-small", "widthMultiplier": 0.05, "channels": 1 }""",
        ];
        foreach (var network in networks)
        {
            using var scope = NewDisposeScope();
            using var module = Fresh(network);
            yield return WeightSeeds.Written(StateDict.Of(module).Where(pair => pair.Value.numel() < MostNumbers).ToDictionary());
        }

        yield return OfShapes(("stem.0.weight", [2, 1, 2, 2]), ("stages.0.blocks.0.conv_dw.weight", [2, 1, 7, 7]), ("stages.0.blocks.0.gamma", [2]), ("stages.0.blocks.0.mlp.fc1.weight", [8, 2, 1, 1]), ("head.norm.weight", [2]));
        yield return OfShapes(("patch_embed.proj.weight", [4, 1, 1, 1]), ("layers.0.blocks.0.attn.relative_position_bias_table", [9, 2]), ("layers.0.blocks.0.mlp.fc1.weight", [16, 4]), ("layers.0.downsample.norm.weight", [16]));
        yield return OfShapes(("stem.conv.weight", [32, 3, 3, 3]), ("s1.b1.conv1.conv.weight", [48, 32, 1, 1]), ("s1.b1.se.fc1.weight", [8, 48, 1, 1]), ("s1.b1.downsample.bn.weight", [48]));
        yield return OfShapes(("conv_stem.weight", [8, 3, 3, 3]), ("bn1.weight", [8]), ("blocks.0.0.conv_dw.weight", [8, 1, 3, 3]), ("blocks.0.0.bn1.weight", [8]), ("blocks.0.0.se.conv_reduce.weight", [8, 8, 1, 1]), ("blocks.5.0.conv.weight", [48, 8, 1, 1]));
    }

    /// <summary>Imports a file as the command does, up to the writing.</summary>
    /// <exception cref="ExperimentException">It is refused.</exception>
    public void Import(string path)
    {
        using var scope = NewDisposeScope();
        var families = FamilyWeights.Families(installed.Value.Services);
        var weights = FamilyWeights.In(ForeignWeights.ReadTensors(path), families)
            ?? throw new ExperimentException(FailureKind.Checkpoint, "The weights are of no family.");
        var named = new TrainedWeights(path, "", "", Experiment: null) { Families = families };
        using var module = named.Build(Component(weights.Json), installed.Value).Module;
        if (StateDict.Of(module).FirstOrDefault(pair => pair.Value.is_floating_point() && !pair.Value.isfinite().all().item<bool>()).Key is { } spoilt)
        {
            throw new InvalidDataException($"{spoilt} was taken, and holds NaN or infinity");
        }
    }

    private nn.Module Fresh(string json)
    {
        var network = Component(json);
        using var provider = ComponentServices.For(installed.Value, network).AddSingleton(new DataInfo(1, 1)).BuildServiceProvider();
        return provider.GetRequiredService<IComponentFactory>().Create(network).Module;
    }

    private Component<IBackbone> Component(string json) =>
        OptionsBinder.BindAlone<IBackbone>(ConfigReader.ReadValue(json, "--backbone"), installed.Value.Components);

    private static byte[] OfShapes(params (string Key, long[] Shape)[] weights)
    {
        using var scope = NewDisposeScope();
        return WeightSeeds.Written(weights.ToDictionary(weight => weight.Key, weight => ones(weight.Shape)));
    }
}
