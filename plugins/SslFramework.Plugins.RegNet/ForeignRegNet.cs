using System.Globalization;
using System.Text.RegularExpressions;
using SslFramework.Core.Weights;

namespace SslFramework.Plugins.RegNet;

/// <summary>torchvision's names of a RegNet's weights, which are its own, and timm's.</summary>
internal sealed partial class ForeignRegNet : ForeignFamily
{
    public override IReadOnlyList<string> Marks { get; } = ["trunk_output.block1.block1-0.f.a.0.weight", "s1.b1.conv1.conv.weight"];

    public override ForeignNetwork Describe(IReadOnlyDictionary<string, Tensor> own, IReadOnlyDictionary<string, Tensor> file)
    {
        var stem = Shape(own, "stem.0.weight", 4); // [32, channels, 3, 3]
        var size = Array.Find(RegNetSize.All, size => Fits(own, size)) ?? throw new ExperimentException(
            FailureKind.Checkpoint,
            "The weights are of a RegNet of another design than those with names; take weights of one of "
            + $"{string.Join(", ", RegNetSize.All.Select(size => size.Name))}.");
        return new(size.Name, [("channels", stem[1] == 3 ? null : stem[1])], (int)stem[1]);
    }

    protected override string? OwnKey(string key) => key.Split('.') switch
    {
        ["stem", "conv", var part] => $"stem.0.{part}",
        ["stem", "bn", var part] => $"stem.1.{part}",
        [var s, var b, "downsample", var kind, var part] => $"{Block(s, b)}.proj.{(kind == "conv" ? 0 : 1)}.{part}",
        [var s, var b, "se", var layer, var part] => $"{Block(s, b)}.f.se.{layer}.{part}",
        [var s, var b, "conv1" or "conv2" or "conv3", var kind, var part] =>
            $"{Block(s, b)}.f.{(char)('a' + (key.Split('.')[2][^1] - '1'))}.{(kind == "conv" ? 0 : 1)}.{part}",
        _ => IsHead(key) ? null : key,
    };

    private static string Block(string s, string b)
    {
        var block = int.TryParse(b.TrimStart('b'), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number - 1 : 0;
        return $"trunk_output.block{s.TrimStart('s')}.block{s.TrimStart('s')}-{block}";
    }

    /// <summary>Whether the weights have just the blocks of a size, with its widths and groups.</summary>
    private static bool Fits(IReadOnlyDictionary<string, Tensor> weights, RegNetSize size)
    {
        var stages = RegNetStages.Of(size);
        return weights.Keys.Count(key => key.EndsWith(".f.b.0.weight", StringComparison.Ordinal)) == stages.Sum(stage => stage.Blocks)
            && weights.Keys.Any(key => SqueezeKey().IsMatch(key)) == size.Squeezes
            && stages.Index().All(stage => Enumerable.Range(0, stage.Item.Blocks).All(b =>
                weights.TryGetValue($"trunk_output.block{stage.Index + 1}.block{stage.Index + 1}-{b}.f.b.0.weight", out var weight)
                && weight.ndim == 4
                && weight.shape[0] == stage.Item.Width
                && weight.shape[1] == stage.Item.GroupWidth));
    }

    [GeneratedRegex(@"\.f\.se\.fc1\.weight$")]
    private static partial Regex SqueezeKey();
}
