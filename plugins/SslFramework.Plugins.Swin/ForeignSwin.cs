using System.Globalization;
using SslFramework.Core.Backbones.Transformers;
using SslFramework.Core.Weights;

namespace SslFramework.Plugins.Swin;

/// <summary>
/// torchvision's names of a Swin transformer's weights, which are its own, and timm's: of today, and those of its earlier versions and of
/// the authors, in which a stage ends with the merging of patches.
/// </summary>
internal sealed class ForeignSwin : ForeignFamily
{
    private const string Table = "attn.relative_position_bias_table";

    public override IReadOnlyList<string> Marks { get; } = [$"features.1.0.{Table}", $"layers.0.blocks.0.{Table}"];

    protected override string? OwnKey(string key) => key.Split('.') switch
    {
        [.., "attn_mask" or "relative_position_index"] => null, // these follow from sizes
        ["patch_embed", "proj", var part] => $"features.0.0.{part}",
        ["patch_embed", "norm", var part] => $"features.0.2.{part}",
        ["layers", var s, "downsample", .. var rest] => $"downsample.{s}.{string.Join('.', rest)}",
        ["layers", var s, "blocks", var b, "mlp", var layer, var part] => $"{Block(s, b)}.mlp.{(layer == "fc1" ? "0" : "3")}.{part}",
        ["layers", var s, "blocks", var b, .. var rest] => $"{Block(s, b)}.{string.Join('.', rest)}",
        _ => IsHead(key) ? null : key,
    };

    /// <summary>
    /// Which stage the merging of patches belongs to shows in whether the first stage has one. What a table's rows stand for follows from
    /// their number, if a file does not say it.
    /// </summary>
    public override IReadOnlyDictionary<string, Tensor> Own(IReadOnlyDictionary<string, Tensor> weights)
    {
        var named = base.Own(weights);
        var next = named.ContainsKey("downsample.0.norm.weight") ? 2 : 0;
        var own = named.ToDictionary(pair => Merging(pair.Key), pair => pair.Value);
        foreach (var (key, table) in named.Where(pair => pair.Value.ndim == 2 && pair.Key.EndsWith(Table, StringComparison.Ordinal)))
        {
            var index = new RelativeIndex(SideOf(table), SideOf(table), classToken: false);
            own[key.Replace("bias_table", "index", StringComparison.Ordinal)] = tensor(index.Numbers);
        }

        return own;

        string Merging(string key) => key.Split('.') is ["downsample", var s, .. var rest]
            ? $"features.{(2 * Number(s)) + next}.{string.Join('.', rest)}"
            : key;
    }

    public override ForeignNetwork Describe(IReadOnlyDictionary<string, Tensor> own, IReadOnlyDictionary<string, Tensor> file)
    {
        var stem = Shape(own, "features.0.0.weight", 4); // [width, channels, patch, patch]
        var table = Shape(own, $"features.1.0.{Table}", 2); // [(2s − 1)², h]
        var (side, head) = (SideOf(own[$"features.1.0.{Table}"]), stem[0] / table[1]);
        int[] blocks = [.. Enumerable.Range(0, 8)
            .Select(s => Count(own, b => $"features.{(2 * s) + 1}.{b}.{Table}"))
            .TakeWhile(count => count > 0)];
        var standard = Array.Find(SwinSize.All, size => size.Width == stem[0] && size.BlocksPerStage.SequenceEqual(blocks));
        return new(
            (standard ?? SwinSize.Tiny).Name,
            [
                ("patchSize", stem[2] == 4 ? null : stem[2]),
                ("windowSize", side == 7 ? null : side),
                ("width", standard is null ? stem[0] : null),
                ("headDimension", head == 32 ? null : head),
                ("blocksPerStage", standard is null ? blocks : null),
                ("channels", stem[1] == 3 ? null : stem[1]),
            ],
            (int)stem[1]);
    }

    private static string Block(string stage, string block) => $"features.{(2 * Number(stage)) + 1}.{block}";

    /// <summary>s of a table of (2s − 1)² rows, at most 32: the pairs of places of a window grow with s⁴.</summary>
    private static int SideOf(Tensor table) => Math.Min(32, ((int)Math.Round(Math.Sqrt(table.shape[0])) + 1) / 2);

    private static int Number(string word) => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0;
}
