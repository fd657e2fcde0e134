using SslFramework.Core.Tensors;
using SslFramework.Core.Weights;
using SslFramework.Engine.Weights.Torch;

namespace SslFramework.Engine.Weights;

/// <summary>Weights of a backbone from elsewhere, with the keys of torchvision or timm.</summary>
/// <param name="Tensors">On the CPU, by those keys.</param>
/// <param name="Layout">What the file's own keys were.</param>
/// <param name="Left">Keys of the file that are no backbone's: heads, decoders, momentum encoders, queues.</param>
internal sealed record ForeignWeights(IReadOnlyDictionary<string, Tensor> Tensors, WeightLayout Layout, IReadOnlyList<string> Left)
{
    private static readonly string[] Endings = [".safetensors", ".pth", ".pth.tar", ".ckpt", ".pt", ".bin"];
    private static readonly string[] Heads = ["head", "project", "predict", "prototype", "classifier", "neck", "queue"];
    private const string Counter = ".num_batches_tracked";
    private static readonly string[] MaeDecoder = ["decoder_", "mask_token"];

    /// <summary>What the backbone's keys begin with in the file, such as <c>module.encoder_q.</c></summary>
    public string Prefix { get; init; } = "";

    /// <summary>What the keys of other backbones in the file begin with: momentum encoders, averages of weights, students.</summary>
    public IReadOnlyList<string> Others { get; init; } = [];

    /// <summary>Reads a safetensors file or one that PyTorch saved, whatever its name says.</summary>
    /// <param name="path">The file.</param>
    /// <param name="layout">What its keys are; told from them where null.</param>
    /// <param name="prefix">What the backbone's keys begin with; found where null.</param>
    /// <returns>Tensors of the caller's dispose scope, if there is one.</returns>
    /// <exception cref="ExperimentException">The file cannot be read, or holds no backbone in that layout and behind that prefix.</exception>
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

    /// <summary>Reads every tensor of a safetensors file or of one that PyTorch saved, by its own keys, behind the names of what holds them.</summary>
    /// <returns>Tensors of the caller's dispose scope, if there is one.</returns>
    /// <exception cref="ExperimentException">The file cannot be read.</exception>
    public static IReadOnlyDictionary<string, Tensor> ReadTensors(string path) =>
        (File.Exists(path) && TorchFile.Is(path) ? TorchFile.Read(path) : SafeTensors.Read(path)).Tensors;

    /// <summary>Files of a folder that are called as weights are.</summary>
    public static IEnumerable<string> FilesIn(string folder) => Directory.EnumerateFiles(folder)
        .Where(file => Endings.Any(ending => file.EndsWith(ending, StringComparison.OrdinalIgnoreCase)))
        .Order(StringComparer.Ordinal);

    /// <summary>Takes a backbone out of what a file holds.</summary>
    /// <param name="file">Tensors by the file's own keys.</param>
    /// <param name="source">Names the file in messages.</param>
    /// <param name="layout">What the keys are; told from them where null.</param>
    /// <param name="prefix">
    /// What the backbone's keys begin with, in full or in its first words; where null it is found, and of several backbones the one that
    /// methods publish is taken: a teacher, and no average or momentum encoder.
    /// </param>
    /// <exception cref="ExperimentException">There is no backbone in that layout, or none behind that prefix.</exception>
    public static ForeignWeights Of(IReadOnlyDictionary<string, Tensor> file, string source, WeightLayout? layout = null, string? prefix = null)
    {
        var places = BackbonePlace.In(file.Keys);
        if (places.Count == 0)
        {
            throw new ExperimentException(
                FailureKind.Checkpoint,
                $"'{source}' has the keys of no known layout (torchvision, timm, MoCo v1, MoCo v3, MAE); they begin with {string.Join(", ", file.Keys.Order(StringComparer.Ordinal).Take(3).Select(TorchFile.Quote))}."
                + (file.Keys.Any(key => key.StartsWith(StateDict.BackbonePrefix, StringComparison.Ordinal)) ? " Of a checkpoint that 'ssl train' wrote, 'ssl export' takes the backbone." : ""));
        }

        var named = prefix is null ? places : Named(places, prefix, source);
        var place = (layout is null ? named[0] : named.FirstOrDefault(place => Agree(layout.Value, place))) ?? throw new ExperimentException(
            FailureKind.Checkpoint, $"'{source}' is not in the layout {Name(layout!.Value)}: its key {TorchFile.Quote(named[0].Key)} is of the layout {Name(named[0].Layout)}; leave --as out to let the layout be told from the keys.");
        var kind = layout ?? place.Layout;
        var (taken, left) = (new Dictionary<string, Tensor>(), new List<string>());
        foreach (var (key, tensor) in file)
        {
            if (key.StartsWith(place.Prefix, StringComparison.Ordinal) && BackboneKey(key[place.Prefix.Length..], kind) is { } name)
            {
                taken[name] = tensor;
            }
            else
            {
                left.Add(key);
            }
        }

        foreach (var mean in taken.Keys.Where(key => key.EndsWith(".running_mean", StringComparison.Ordinal)).ToList())
        {
            _ = taken.TryAdd(mean.Replace(".running_mean", Counter, StringComparison.Ordinal), zeros([], int64)); // absent before PyTorch 0.4.1
        }

        return new(taken, kind, [.. left.Order(StringComparer.Ordinal)])
        {
            Prefix = place.Prefix,
            Others = [.. places.Where(other => other != place).Select(other => other.Prefix)],
        };
    }

    /// <summary>The weights of a network of any kind, found by its own keys behind whatever the file's begin with.</summary>
    /// <param name="file">Tensors by the file's own keys.</param>
    /// <param name="keys">The network's.</param>
    /// <returns>What lies there, heads that the network does not have left out; null where some key is not there.</returns>
    public static IReadOnlyDictionary<string, Tensor>? Of(IReadOnlyDictionary<string, Tensor> file, IReadOnlyCollection<string> keys) =>
        BackbonePlace.Behind(keys, [.. file.Keys]) is not { } prefix ? null : file
            .Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal))
            .Select(pair => KeyValuePair.Create(pair.Key[prefix.Length..], pair.Value))
            .Where(pair => keys.Contains(pair.Key) || !(IsClassifier(pair.Key) || pair.Key.EndsWith(Counter, StringComparison.Ordinal)))
            .ToDictionary();

    /// <summary>The layout that keys show, or null.</summary>
    public static WeightLayout? LayoutOf(IEnumerable<string> keys) => BackbonePlace.In(keys) is [var place, ..] ? place.Layout : null;

    /// <summary>Whether a key is of a head, such as a classifier or a projection, which no backbone has.</summary>
    public static bool IsClassifier(string key) => key.Split('.')[0] is var first && (first == "fc" || Heads.Any(head => first.Contains(head, StringComparison.Ordinal)));

    private static IReadOnlyList<BackbonePlace> Named(IReadOnlyList<BackbonePlace> places, string prefix, string source)
    {
        var start = prefix.Length == 0 || prefix.EndsWith('.') ? prefix : prefix + ".";
        IReadOnlyList<BackbonePlace> named = [.. places.Where(place => place.Prefix.StartsWith(start, StringComparison.Ordinal)).OrderBy(place => place.Prefix != start)];
        return named.Count > 0 ? named : throw new ExperimentException(
            FailureKind.Checkpoint, $"'{source}' has no backbone behind {TorchFile.Quote(start)}; name one of {string.Join(", ", places.Select(place => TorchFile.Quote(place.Prefix)))} with --prefix.");
    }

    /// <summary>MAE's encoder alone has timm's keys, and timm's residual networks have torchvision's.</summary>
    private static bool Agree(WeightLayout said, BackbonePlace place) => said == place.Layout
        || (said, place.Layout) == (WeightLayout.Mae, WeightLayout.Timm)
        || (said, place.Layout, place.IsResidual) == (WeightLayout.Timm, WeightLayout.Torchvision, true);

    /// <summary>As --as takes it.</summary>
    private static string Name(WeightLayout layout) => layout switch
    {
        WeightLayout.MocoV1 => "moco-v1",
        WeightLayout.MocoV3 => "moco-v3",
        _ => layout.ToString().ToLowerInvariant(),
    };

    /// <summary>The backbone's own key, or null for what it does not have.</summary>
    private static string? BackboneKey(string key, WeightLayout layout) =>
        IsClassifier(key) || (layout == WeightLayout.Mae && MaeDecoder.Any(start => key.StartsWith(start, StringComparison.Ordinal))) ? null
        : layout == WeightLayout.Torchvision ? TorchvisionTransformer.TimmKey(key)
        : key;
}

/// <summary>Whose names a file of weights uses.</summary>
internal enum WeightLayout
{
    /// <summary>torchvision's residual networks, and its vision transformers, which are renamed.</summary>
    Torchvision,

    /// <summary>timm's vision transformers and residual networks.</summary>
    Timm,

    /// <summary>A training checkpoint of MoCo v1 or v2: the query encoder.</summary>
    MocoV1,

    /// <summary>A training checkpoint of MoCo v3: the base encoder.</summary>
    MocoV3,

    /// <summary>MAE's, with or without its decoder.</summary>
    Mae,
}
