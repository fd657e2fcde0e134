using System.Globalization;
using SslFramework.Core.Weights;

namespace SslFramework.Plugins.ConvNeXt;

/// <summary>torchvision's names of a ConvNeXt's weights, which are its own, and timm's.</summary>
internal sealed class ForeignConvNeXt : ForeignFamily
{
    private const string Stem = "features.0.0.weight";

    public override IReadOnlyList<string> Marks { get; } = ["features.1.0.layer_scale", "stages.0.blocks.0.conv_dw.weight"];

    protected override string? OwnKey(string key) => key.Split('.') switch
    {
        ["stem", var layer, var part] => $"features.0.{layer}.{part}",
        ["stages", var s, "downsample", var layer, var part] => $"features.{2 * Number(s)}.{layer}.{part}",
        ["stages", var s, "blocks", var b, "gamma"] => $"features.{(2 * Number(s)) + 1}.{b}.layer_scale",
        ["stages", var s, "blocks", var b, .. var layer, var part] =>
            $"features.{(2 * Number(s)) + 1}.{b}.block.{LayerOf(string.Join('.', layer))}.{part}",
        ["head", "norm", var part] => $"classifier.0.{part}",
        ["classifier", "0", _] => key,
        _ => IsHead(key) ? null : key,
    };

    /// <summary>timm has scales without the places of maps, and of some networks 1×1 convolutions for linear layers.</summary>
    protected override Tensor OwnValue(string key, Tensor value) => value.ndim switch
    {
        1 when key.EndsWith("layer_scale", StringComparison.Ordinal) => value.view(-1, 1, 1),
        4 when key.EndsWith("block.3.weight", StringComparison.Ordinal) || key.EndsWith("block.5.weight", StringComparison.Ordinal) =>
            value.flatten(1),
        _ => value,
    };

    public override ForeignNetwork Describe(IReadOnlyDictionary<string, Tensor> own, IReadOnlyDictionary<string, Tensor> file)
    {
        var stem = Shape(own, Stem, 4); // [width, channels, patch, patch]
        int[] blocks = [.. Enumerable.Range(0, 8)
            .Select(s => Count(own, b => $"features.{(2 * s) + 1}.{b}.layer_scale"))
            .TakeWhile(count => count > 0)];
        var standard = Array.Find(ConvNeXtSize.All, size => size.Width == stem[0] && size.BlocksPerStage.SequenceEqual(blocks));
        return new(
            (standard ?? ConvNeXtSize.Tiny).Name,
            [
                ("patchSize", stem[2] == 4 ? null : stem[2]),
                ("width", standard is null ? stem[0] : null),
                ("blocksPerStage", standard is null ? blocks : null),
                ("channels", stem[1] == 3 ? null : stem[1]),
            ],
            (int)stem[1]);
    }

    private static string LayerOf(string name) => name switch
    {
        "conv_dw" => "0",
        "norm" => "2",
        "mlp.fc1" => "3",
        "mlp.fc2" => "5",
        _ => name,
    };

    private static int Number(string word) => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0;
}
