using SslFramework.Core.Weights;

namespace SslFramework.Plugins.MobileNet;

/// <summary>torchvision's names of a MobileNetV3's weights, which are its own, and timm's.</summary>
internal sealed class ForeignMobileNet : ForeignFamily
{
    private const string TimmStem = "conv_stem.weight";
    private const double TimmEpsilon = 1e-5;

    public override IReadOnlyList<string> Marks { get; } = ["features.1.block.0.0.weight", TimmStem];

    /// <summary>timm numbers blocks by stages, and layers by their kind.</summary>
    public override IReadOnlyDictionary<string, Tensor> Own(IReadOnlyDictionary<string, Tensor> weights)
    {
        if (!weights.ContainsKey(TimmStem))
        {
            return base.Own(weights);
        }

        var blocks = Enumerable.Range(0, 16)
            .SelectMany(s => Enumerable.Range(0, 16).Select(b => $"blocks.{s}.{b}."))
            .Where(block => weights.ContainsKey($"{block}bn1.weight"))
            .Index()
            .ToDictionary(block => block.Item, block => block.Index + 1);
        var own = new Dictionary<string, Tensor>();
        foreach (var (key, value) in base.Own(weights))
        {
            own[key.Split('.') is ["blocks", var s, var b, .. var layer, var part] && blocks.TryGetValue($"blocks.{s}.{b}.", out var number)
                ? $"features.{number}.{Layer(string.Join('.', layer), $"blocks.{s}.{b}.", weights)}.{part}"
                : key] = value;
        }

        return own;
    }

    public override ForeignNetwork Describe(IReadOnlyDictionary<string, Tensor> own, IReadOnlyDictionary<string, Tensor> file)
    {
        var stem = Shape(own, "features.0.0.weight", 4); // [width, channels, 3, 3]
        var size = own.ContainsKey("features.16.0.weight") ? MobileNetSize.Large : MobileNetSize.Small;
        var last = Shape(own, $"features.{size.Rows.Count + 1}.0.weight", 4)[0];
        var multiplier = (double)last / (MobileNetSize.Expansion * size.Rows[^1].Output);
        return new(
            size.Name,
            [
                ("widthMultiplier", multiplier == 1 ? null : multiplier),
                ("normEpsilon", file.ContainsKey(TimmStem) ? TimmEpsilon : null),
                ("channels", stem[1] == 3 ? null : stem[1]),
            ],
            (int)stem[1]);
    }

    protected override string? OwnKey(string key) => key.Split('.') switch
    {
        ["conv_stem", var part] => $"features.0.0.{part}",
        ["bn1", var part] => $"features.0.1.{part}",
        ["conv_head", _] => null, // torchvision's classifier.0
        _ => IsHead(key) ? null : key,
    };

    /// <summary>A layer of a block in torchvision's numbers; blocks have only the layers that they need.</summary>
    private static string Layer(string name, string block, IReadOnlyDictionary<string, Tensor> weights)
    {
        var expands = weights.ContainsKey($"{block}conv_pwl.weight");
        var depthwise = expands ? 1 : 0;
        var last = depthwise + (weights.ContainsKey($"{block}se.conv_reduce.weight") ? 2 : 1);
        return (name, expands) switch
        {
            ("conv", _) => "0", // the last convolution, which is no block
            ("se.conv_reduce", _) => $"block.{depthwise + 1}.fc1",
            ("se.conv_expand", _) => $"block.{depthwise + 1}.fc2",
            ("conv_dw", _) => $"block.{depthwise}.0",
            ("conv_pw", true) => "block.0.0",
            ("conv_pw", false) or ("conv_pwl", _) => $"block.{last}.0",
            ("bn1", _) when !weights.ContainsKey($"{block}conv_dw.weight") => "1",
            ("bn1", _) => "block.0.1",
            ("bn2", true) => "block.1.1",
            ("bn2", false) or ("bn3", _) => $"block.{last}.1",
            _ => name,
        };
    }
}
