using SslFramework.Core.Tensors;
using SslFramework.Core.Weights;
using SslFramework.Engine.Weights.Torch;

namespace SslFramework.Engine.Weights;

/// <summary>Weights of a backbone from elsewhere, with the keys of torchvision or timm.</summary>
/// <param name="Tensors">The weights on the CPU, by those keys.</param>
/// <param name="Layout">The naming scheme of the file's own keys.</param>
/// <param name="Left">Keys of the file that belong to no backbone: heads, decoders, momentum encoders, queues.</param>
internal sealed record ForeignWeights(IReadOnlyDictionary<string, Tensor> Tensors, WeightLayout Layout, IReadOnlyList<string> Left)
{
    private static readonly string[] Endings = [".safetensors", ".pth", ".pth.tar", ".ckpt", ".pt", ".bin"];
    private static readonly string[] Heads = ["head", "project", "predict", "prototype", "classifier", "neck", "queue"];
    private const string Positions = "pos_embed";
    private const string Counter = ".num_batches_tracked";
    private const string MaeDecoder = "decoder_";

    /// <summary>The prefix of the backbone's keys in the file, such as <c>module.encoder_q.</c></summary>
    public string Prefix { get; init; } = "";

    /// <summary>The prefixes of other backbones in the file: momentum encoders, averages of weights, students.</summary>
    public IReadOnlyList<string> Others { get; init; } = [];

    /// <summary>Reads a safetensors file or one that PyTorch saved, whatever its name says.</summary>
    /// <param name="path">The file.</param>
    /// <param name="layout">The naming scheme of its keys; null detects it.</param>
    /// <param name="prefix">The prefix of the backbone's keys; null finds it.</param>
    /// <returns>The weights; their tensors belong to the caller's dispose scope if there is one.</returns>
    /// <exception cref="ExperimentException">The file cannot be read, or has no backbone in that layout with that prefix.</exception>
    public static ForeignWeights Read(string path, WeightLayout? layout = null, string? prefix = null)
    {
        using var scope = NewDisposeScope();
        var weights = Of(ReadTensors(path), path, layout, prefix);
        foreach (var tensor in weights.Tensors.Values)
        {
            tensor.MoveToOuterDisposeScope();
        }

        return weights;
    }

    /// <summary>
    /// Reads every tensor of a safetensors file or of one that PyTorch saved, by its own keys, prefixed by the names of its containers.
    /// </summary>
    /// <returns>Tensors that belong to the caller's dispose scope if there is one.</returns>
    /// <exception cref="ExperimentException">The file cannot be read.</exception>
    public static IReadOnlyDictionary<string, Tensor> ReadTensors(string path) =>
        (File.Exists(path) && TorchFile.Is(path) ? TorchFile.Read(path) : SafeTensors.Read(path)).Tensors;

    /// <summary>Files of a folder whose names look like weights.</summary>
    public static IEnumerable<string> FilesIn(string folder) => Directory.EnumerateFiles(folder)
        .Where(file => Endings.Any(ending => file.EndsWith(ending, StringComparison.OrdinalIgnoreCase)))
        .Order(StringComparer.Ordinal);

    /// <summary>Extracts a backbone from what a file holds.</summary>
    /// <param name="file">Tensors by the file's own keys.</param>
    /// <param name="source">Names the file in messages.</param>
    /// <param name="layout">The naming scheme of the keys; null detects it.</param>
    /// <param name="prefix">
    /// The prefix of the backbone's keys, in full or its first words. Null finds it and, among several backbones, takes the one that
    /// methods publish: a teacher, not an average or momentum encoder; of I-JEPA, the target encoder.
    /// </param>
    /// <exception cref="ExperimentException">There is no backbone in that layout, or none with that prefix.</exception>
    public static ForeignWeights Of(
        IReadOnlyDictionary<string, Tensor> file, string source, WeightLayout? layout = null, string? prefix = null)
    {
        var places = BackbonePlace.In(file.Keys);
        if (places.Count == 0)
        {
            throw new ExperimentException(
                FailureKind.Checkpoint,
                $"'{source}' has the keys of no known layout ({string.Join(", ", LayoutNames.All.Keys)}); they begin with "
                + $"{string.Join(", ", file.Keys.Order(StringComparer.Ordinal).Take(3).Select(TorchFile.Quote))}."
                + (file.Keys.Any(key => key.StartsWith(StateDict.BackbonePrefix, StringComparison.Ordinal))
                    ? " Of a checkpoint that 'ssl train' wrote, 'ssl export' takes the backbone."
                    : ""));
        }

        var named = prefix is null ? places : Named(places, prefix, source);
        var place = (layout is null ? named[0] : named.FirstOrDefault(place => place.Fits(layout.Value))) ?? throw new ExperimentException(
            FailureKind.Checkpoint,
            $"'{source}' is not in the layout {LayoutNames.Of(layout!.Value)}: its key {TorchFile.Quote(named[0].Key)} is of the layout "
            + $"{LayoutNames.Of(named[0].Layout)}; leave --as out to let the layout be told from the keys.");
        var kind = layout ?? place.Layout;
        var (taken, left) = (new Dictionary<string, Tensor>(), new List<string>());
        foreach (var (key, tensor) in file)
        {
            if (key.StartsWith(place.Prefix, StringComparison.Ordinal)
                && BackboneKey(key[place.Prefix.Length..], place.Network, kind) is { } name)
            {
                _ = taken.TryAdd(name, tensor) ? 0 : throw new ExperimentException(
                    FailureKind.Checkpoint,
                    $"'{source}' holds '{name}' twice, once as {TorchFile.Quote(key)}; save the weights again under the names of timm or "
                        + "torchvision.");
            }
            else
            {
                left.Add(key);
            }
        }

        foreach (var mean in taken.Keys.Where(key => key.EndsWith(".running_mean", StringComparison.Ordinal)).ToList())
        {
            // PyTorch before 0.4.1 did not count.
            _ = taken.TryAdd(mean.Replace(".running_mean", Counter, StringComparison.Ordinal), zeros([], int64));
        }

        if (OneMorePosition(taken) is { } positions)
        {
            taken[Positions] = positions;
        }

        return new(taken, kind, [.. left.Order(StringComparer.Ordinal)])
        {
            Prefix = place.Prefix,
            Others = [.. places.Where(other => other != place).Select(other => other.Prefix)],
        };
    }

    /// <summary>Extracts the weights of a network of any kind, found by its own keys behind any prefix.</summary>
    /// <param name="file">Tensors by the file's own keys.</param>
    /// <param name="keys">The network's keys.</param>
    /// <returns>Its weights, without heads that the network does not have; null if a key is missing.</returns>
    public static IReadOnlyDictionary<string, Tensor>? Of(IReadOnlyDictionary<string, Tensor> file, IReadOnlyCollection<string> keys) =>
        BackbonePlace.Behind(keys, [.. file.Keys]) is { } prefix ? Behind(prefix, file, keys) : null;

    /// <summary>The tensors behind a prefix, without heads and counters that the network does not have.</summary>
    /// <param name="prefix">The prefix.</param>
    /// <param name="file">Tensors by the file's own keys.</param>
    /// <param name="keys">The network's keys.</param>
    public static IReadOnlyDictionary<string, Tensor> Behind(
        string prefix, IReadOnlyDictionary<string, Tensor> file, IReadOnlyCollection<string> keys) => file
        .Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal))
        .Select(pair => KeyValuePair.Create(pair.Key[prefix.Length..], pair.Value))
        .Where(pair => keys.Contains(pair.Key) || !(IsClassifier(pair.Key) || pair.Key.EndsWith(Counter, StringComparison.Ordinal)))
        .ToDictionary();

    /// <summary>The layout that keys show, or null.</summary>
    public static WeightLayout? LayoutOf(IEnumerable<string> keys) => BackbonePlace.In(keys) is [var place, ..] ? place.Layout : null;

    /// <summary>Whether a key belongs to a head, such as a classifier or a projection, which no backbone has.</summary>
    public static bool IsClassifier(string key) =>
        key.Split('.')[0] is var first && (first == "fc" || Heads.Any(head => first.Contains(head, StringComparison.Ordinal)));

    private static IReadOnlyList<BackbonePlace> Named(IReadOnlyList<BackbonePlace> places, string prefix, string source)
    {
        var start = prefix.Length == 0 || prefix.EndsWith('.') ? prefix : prefix + ".";
        IReadOnlyList<BackbonePlace> named = [.. places.Where(place => place.Prefix.StartsWith(start, StringComparison.Ordinal))
            .OrderBy(place => place.Prefix != start)];
        return named.Count > 0 ? named : throw new ExperimentException(
            FailureKind.Checkpoint,
            $"'{source}' has no backbone behind {TorchFile.Quote(start)}; "
            + $"name one of {string.Join(", ", places.Select(place => TorchFile.Quote(place.Prefix)))} with --prefix.");
    }

    /// <summary>
    /// A class token's position of zeros before those of the patches, if a transformer has only these, as timm's with register tokens
    /// have; null if nothing is missing.
    /// </summary>
    private static Tensor? OneMorePosition(Dictionary<string, Tensor> weights) =>
        weights.ContainsKey("cls_token")
        && weights.GetValueOrDefault(Positions) is { ndim: 3 } given
        && given.is_floating_point()
        && IsSquare(given.shape[1])
        && !IsSquare(given.shape[1] - 1)
            ? cat([zeros_like(given.narrow(1, 0, 1)), given], 1)
            : null;

    private static bool IsSquare(long count) => Math.Round(Math.Sqrt(count)) is var root && root * root == count;

    /// <summary>The backbone's own key, or null for what it does not have.</summary>
    private static string? BackboneKey(string key, NetworkNames network, WeightLayout layout) =>
        IsClassifier(key) || (layout == WeightLayout.Mae && key.StartsWith(MaeDecoder, StringComparison.Ordinal)) ? null : network switch
        {
            NetworkNames.NumberedResidual => NumberedResidualNetwork.TorchvisionKey(key),
            NetworkNames.Transformer => TransformerNames.TimmKey(key),
            NetworkNames.TorchvisionTransformer => TorchvisionTransformer.TimmKey(key),
            _ => key,
        };
}
