using System.Globalization;
using System.Text.Json;
using SslFramework.Core.Backbones.Residual;
using SslFramework.Core.Tensors;

namespace SslFramework.Engine.Weights;

/// <summary>Detects from keys and shapes which residual network or vision transformer weights belong to.</summary>
internal static class KnownNetwork
{
    private const double SmallNetwork = 1 << 20; // numbers
    private const int Ungrouped = 64; // channels per group of a standard network, all of whose channels are one group

    /// <summary>Finds the network, and loads the weights into it to check that they are complete and that there are no others.</summary>
    /// <param name="weights">Weights by the keys of torchvision or timm.</param>
    /// <param name="source">Names the weights in messages.</param>
    /// <param name="heads">
    /// A transformer's attention heads, which its weights do not show: their number changes features, but no shape. Null takes the
    /// usual number of a network of this dimension and depth, else one head per 64 dimensions.
    /// </param>
    /// <param name="layout">The naming scheme of the file, which tells whose code computes features of it.</param>
    /// <returns>The <c>backbone</c> of an experiment, as JSON, and the heads of a transformer whose weights do not show them.</returns>
    /// <exception cref="ExperimentException">
    /// It is not such a network, keys are missing, unexpected or of another shape, or numbers are NaN or infinite.
    /// </exception>
    public static (string Json, int? Heads) Of(
        IReadOnlyDictionary<string, Tensor> weights, string source, int? heads = null, WeightLayout? layout = null)
    {
        var (network, json, taken) = weights.ContainsKey(KnownTransformer.PatchEmbedding)
            ? KnownTransformer.Of(weights, source, heads, layout)
            : ResidualNetwork(weights, source);
        using (network.Module)
        {
            StateDict.Load(
                network.Module,
                weights,
                source: $"'{source}'",
                remedy: "It must be a residual network or a vision transformer with just the parts of torchvision's or timm's.");
        }

        return (json, taken);
    }

    private static (IBackbone Network, string Json, int? Heads) ResidualNetwork(IReadOnlyDictionary<string, Tensor> weights, string source)
    {
        var conv = Shaped(weights, "conv1.weight", 4, source);
        var blocks = Enumerable.Range(1, 8).Select(stage => Count(weights, $"layer{stage}.")).TakeWhile(count => count > 0).ToArray();
        var bottleneck = weights.ContainsKey("layer1.0.conv3.weight");
        var (groups, widthPerGroup) = bottleneck ? Groups(weights, conv[0], source) : (1, Ungrouped);
        var alike = ResNetSize.All.Where(size => size.Bottleneck == bottleneck && size.BlocksPerStage.SequenceEqual(blocks)).ToArray();
        var standard = Array.Find(alike, size => size.Groups == groups && size.WidthPerGroup == widthPerGroup);
        var nearest = standard ?? alike.FirstOrDefault() ?? (bottleneck ? ResNetSize.ResNet50 : ResNetSize.ResNet18);
        var small = conv[2] == 3;
        var options = new ResNetOptions
        {
            Stem = small ? ResNetStem.Small : ResNetStem.Imagenet,
            Width = (int)conv[0],
            Groups = bottleneck ? groups : null,
            WidthPerGroup = bottleneck ? widthPerGroup : null,
            BlocksPerStage = blocks.Length == 0 ? null : blocks,
            Channels = (int)conv[1],
        };
        var inner = widthPerGroup * groups / (double)Ungrouped; // channels inside a block for each of the stage's width
        var ofABlock = (9 * inner * inner / groups) + (bottleneck ? 2 * BlockWidths.Expansion * inner : 0); // for a width of 1
        EnsureHolds(weights, blocks.Select((count, stage) => count * ofABlock * Math.Pow(conv[0] << stage, 2)).Sum(), source);
        var json = Json(
            nearest.Name,
            ("stem", small ? "small" : null),
            ("width", conv[0] == 64 ? null : conv[0]),
            ("groups", groups == nearest.Groups ? null : groups),
            ("widthPerGroup", widthPerGroup == nearest.WidthPerGroup ? null : widthPerGroup),
            ("blocksPerStage", nearest.BlocksPerStage.SequenceEqual(blocks) ? null : blocks),
            ("channels", conv[1] == 3 ? null : conv[1]));
        return (nearest.Create(options, new DataInfo(1, (int)conv[1])), json, null);
    }

    /// <summary>Groups of a bottleneck's 3×3 convolution, and their width for 64 channels of the first layer.</summary>
    private static (int Groups, int WidthPerGroup) Groups(IReadOnlyDictionary<string, Tensor> weights, long width, string source)
    {
        var shape = Shaped(weights, "layer1.0.conv2.weight", 4, source); // [inner, inner / groups, 3, 3]
        return ((int)Math.Max(1, shape[0] / shape[1]), (int)Math.Max(1, shape[1] * Ungrouped / width));
    }

    /// <summary>A shape none of whose numbers is so large that building the network would be an attack.</summary>
    internal static long[] Shaped(IReadOnlyDictionary<string, Tensor> weights, string key, int dimensions, string source) =>
        weights.TryGetValue(key, out var tensor) && tensor.ndim == dimensions && tensor.shape.All(size => size is > 0 and <= 1 << 16)
            ? tensor.shape
            : throw new ExperimentException(
                FailureKind.Checkpoint,
                $"'{source}' is neither a residual network nor a vision transformer: it has no '{key}' of {dimensions} dimensions.");

    /// <summary>Refuses a file with only a few parts of the network, because a few bytes could otherwise fill the memory.</summary>
    internal static void EnsureHolds(IReadOnlyDictionary<string, Tensor> weights, double least, string source)
    {
        if (least > SmallNetwork && least > 2.0 * weights.Values.Sum(tensor => tensor.numel()))
        {
            throw new ExperimentException(
                FailureKind.Checkpoint,
                $"'{source}' lacks most weights of the network that its keys tell of, which has {least:N0} and more; get the file anew.");
        }
    }

    /// <summary>How many numbers follow a prefix, as in <c>blocks.11.</c></summary>
    internal static int Count(IReadOnlyDictionary<string, Tensor> weights, string prefix) => weights.Keys
        .Where(key => key.StartsWith(prefix, StringComparison.Ordinal))
        .Select(key => key[prefix.Length..].Split('.')[0])
        .Select(number => int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n < 256 ? n + 1 : 0)
        .DefaultIfEmpty(0)
        .Max();

    internal static string Json(string name, params (string Key, object? Value)[] options)
    {
        var given = options.Where(option => option.Value is not null).ToDictionary(option => option.Key, option => option.Value);
        return given.Count == 0 ? name : JsonSerializer.Serialize(new Dictionary<string, object?>([new("name", name), .. given]));
    }
}
