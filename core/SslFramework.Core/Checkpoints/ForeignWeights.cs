using SslFramework.Core.Checkpoints.Torch;

namespace SslFramework.Core.Checkpoints;

/// <summary>Weights of a backbone from elsewhere, with the keys of torchvision or timm.</summary>
/// <param name="Tensors">On the CPU, by those keys.</param>
/// <param name="Layout">What the file's own keys were.</param>
/// <param name="Left">Keys of the file that are no backbone's: heads, decoders, momentum encoders, queues.</param>
public sealed record ForeignWeights(IReadOnlyDictionary<string, Tensor> Tensors, WeightLayout Layout, IReadOnlyList<string> Left)
{
    private const string Parallel = "module.";
    private const string ResidualMark = "conv1.weight";
    private static readonly string[] Endings = [".safetensors", ".pth", ".pth.tar", ".pt", ".bin"];
    private static readonly string[] Heads = ["fc.", "head.", "heads.", "head_dist."];
    private static readonly string[] MaeDecoder = ["decoder_", "mask_token"];

    /// <summary>What a key of each layout begins with, those first that only one has.</summary>
    private static readonly (string Start, WeightLayout Layout)[] Marks =
    [
        ("encoder_q.", WeightLayout.MocoV1), ("base_encoder.", WeightLayout.MocoV3), ("decoder_pred.weight", WeightLayout.Mae), ("mask_token", WeightLayout.Mae),
        ("patch_embed.proj.weight", WeightLayout.Timm), (ResidualMark, WeightLayout.Torchvision), ("conv_proj.weight", WeightLayout.Torchvision),
    ];

    /// <summary>Reads a safetensors file or one that PyTorch saved, whatever its name says.</summary>
    /// <param name="path">The file.</param>
    /// <param name="layout">What its keys are; told from them where null.</param>
    /// <returns>Tensors of the caller's dispose scope, if there is one.</returns>
    /// <exception cref="ExperimentException">The file cannot be read, or holds no backbone in that layout.</exception>
    public static ForeignWeights Read(string path, WeightLayout? layout = null)
    {
        using var scope = NewDisposeScope();
        var weights = Of(ReadTensors(path), path, layout);
        foreach (var tensor in weights.Tensors.Values)
        {
            tensor.MoveToOuterDisposeScope();
        }

        return weights;
    }

    /// <summary>Reads every tensor of a safetensors file or of one that PyTorch saved, by its own keys.</summary>
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
    /// <exception cref="ExperimentException">There is no backbone in that layout.</exception>
    public static ForeignWeights Of(IReadOnlyDictionary<string, Tensor> file, string source, WeightLayout? layout = null)
    {
        // Saved from several devices, every key begins with "module.".
        var plain = file.DistinctBy(pair => Plain(pair.Key)).ToDictionary(pair => Plain(pair.Key), pair => (pair.Key, pair.Value));
        var told = MarkOf(plain.Keys);
        if (layout is { } said && told is var (mark, other) && !Agree(said, mark, other))
        {
            throw new ExperimentException(
                ExitCode.Checkpoint, $"'{source}' is not in the layout {Name(said)}: its key {TorchFile.Quote(plain[mark].Key)} is of the layout {Name(other)}; leave --as out to let the layout be told from the keys.");
        }

        var kind = layout ?? told?.Layout ?? throw new ExperimentException(
            ExitCode.Checkpoint,
            $"'{source}' has the keys of no known layout (torchvision, timm, MoCo v1, MoCo v3, MAE); they begin with {string.Join(", ", file.Keys.Order(StringComparer.Ordinal).Take(3).Select(TorchFile.Quote))}."
            + (file.Keys.Any(key => key.StartsWith(TrainingCheckpoint.BackbonePrefix, StringComparison.Ordinal)) ? " Of a checkpoint that 'ssl train' wrote, 'ssl export' takes the backbone." : ""));
        var prefix = kind switch { WeightLayout.MocoV1 => "encoder_q.", WeightLayout.MocoV3 => "base_encoder.", _ => "" };
        var (taken, left) = (new Dictionary<string, Tensor>(), new List<string>());
        foreach (var (key, (original, tensor)) in plain)
        {
            if (key.StartsWith(prefix, StringComparison.Ordinal) && BackboneKey(key[prefix.Length..], kind) is { } name)
            {
                taken[name] = tensor;
            }
            else
            {
                left.Add(original);
            }
        }

        foreach (var mean in taken.Keys.Where(key => key.EndsWith(".running_mean", StringComparison.Ordinal)).ToList())
        {
            _ = taken.TryAdd(mean.Replace(".running_mean", ".num_batches_tracked", StringComparison.Ordinal), zeros([], int64)); // absent before PyTorch 0.4.1
        }

        return taken.Count > 0 ? new(taken, kind, [.. left.Order(StringComparer.Ordinal)]) : throw new ExperimentException(
            ExitCode.Checkpoint, $"'{source}' has no backbone in the layout {Name(kind)}{(prefix.Length > 0 ? $", whose keys begin with '{prefix}'" : "")}; leave --as out to let the layout be told from the keys.");
    }

    /// <summary>The layout that keys show, or null.</summary>
    public static WeightLayout? LayoutOf(IEnumerable<string> keys) => MarkOf(keys.Select(Plain))?.Layout;

    /// <summary>Whether a key is of a classifier, which no backbone has.</summary>
    public static bool IsClassifier(string key) => StartsWithAny(key, Heads);

    /// <summary>The key that tells the layout.</summary>
    private static (string Key, WeightLayout Layout)? MarkOf(IEnumerable<string> plain)
    {
        var keys = plain.ToList();
        foreach (var (start, layout) in Marks)
        {
            if (keys.Find(key => key.StartsWith(start, StringComparison.Ordinal)) is { } key)
            {
                return (key, layout);
            }
        }

        return null;
    }

    /// <summary>MAE's encoder alone has timm's keys, and timm's residual networks have torchvision's.</summary>
    private static bool Agree(WeightLayout said, string key, WeightLayout told) =>
        said == told || (said, told) == (WeightLayout.Mae, WeightLayout.Timm) || (said == WeightLayout.Timm && key == ResidualMark);

    /// <summary>As --as takes it.</summary>
    private static string Name(WeightLayout layout) => layout switch
    {
        WeightLayout.MocoV1 => "moco-v1",
        WeightLayout.MocoV3 => "moco-v3",
        _ => layout.ToString().ToLowerInvariant(),
    };

    private static string Plain(string key) => key.StartsWith(Parallel, StringComparison.Ordinal) ? key[Parallel.Length..] : key;

    private static bool StartsWithAny(string key, string[] starts) => starts.Any(start => key.StartsWith(start, StringComparison.Ordinal));

    /// <summary>The backbone's own key, or null for what it does not have.</summary>
    private static string? BackboneKey(string key, WeightLayout layout) =>
        IsClassifier(key) || (layout == WeightLayout.Mae && StartsWithAny(key, MaeDecoder)) ? null
        : layout == WeightLayout.Torchvision ? TorchvisionTransformer.TimmKey(key)
        : key;
}

/// <summary>Whose names a file of weights uses.</summary>
public enum WeightLayout
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
