namespace SslFramework.Engine.Weights;

/// <summary>
/// Tells whose file it is by all that lies inside a backbone and beside it: parts of transformers, heads, predictors, copies of the
/// backbone that follow it, prototypes.
/// </summary>
internal sealed class LayoutSigns
{
    private const int MostWords = 8; // of the beginning of a key; no method's file nests its modules as deep
    private const string Wrapper = "module."; // of a network that was trained on several devices
    private static readonly string[] Predictors = ["predictor", "prediction_head", "online_predictor"];
    private static readonly string[] CopyWords = ["momentum", "target", "ema", "online"];
    private static readonly char[] Separators = ['.', '_'];

    private readonly HashSet<string> keys;
    private readonly HashSet<string> parts = []; // every beginning of a key that ends with a dot

    public LayoutSigns(HashSet<string> keys)
    {
        this.keys = keys;
        foreach (var key in keys)
        {
            var dot = key.IndexOf('.', StringComparison.Ordinal);
            for (var words = 0; dot >= 0 && words < MostWords; words++)
            {
                parts.Add(key[..(dot + 1)]);
                dot = key.IndexOf('.', dot + 1);
            }
        }
    }

    /// <summary>The layout of a transformer with timm's names, by its parts and what lies around it.</summary>
    /// <param name="prefix">The prefix of its keys.</param>
    public WeightLayout OfTransformer(string prefix) =>
        IsBeit(prefix) ? WeightLayout.Beit
        : IsDinoV2(prefix) ? WeightLayout.DinoV2
        : IsMae(prefix) ? WeightLayout.Mae
        : IsIJepa(prefix) ? WeightLayout.IJepa
        : OfMethod(prefix) ?? WeightLayout.Timm;

    /// <summary>The layout of a residual network with torchvision's names, by what lies around it.</summary>
    /// <param name="prefix">The prefix of its keys.</param>
    public WeightLayout OfResidualNetwork(string prefix) => OfMethod(prefix) ?? WeightLayout.Torchvision;

    /// <summary>The method that trains any kind of network, by what it has beside the network; null if nothing tells.</summary>
    private WeightLayout? OfMethod(string prefix)
    {
        var (holder, name) = Place(prefix);
        var hasProjector = HasPart(holder, "projector", "projection_head") || HasPart(prefix, "projection_head");
        var hasPredictor = HasPart(holder, Predictors);
        return IsDino(prefix) ? WeightLayout.Dino
            : hasProjector && (HasPart(holder, "prototypes") || HasPart(prefix, "prototypes")) ? WeightLayout.Swav
            : IsByol(prefix, holder, name, hasPredictor) ? WeightLayout.Byol
            : hasPredictor ? WeightLayout.SimSiam
            : name != "backbone" || !HasPart(holder, "projector") ? null
            : Has(holder, "bn.running_mean") ? WeightLayout.BarlowTwins
            : holder.EndsWith(Wrapper, StringComparison.Ordinal) && Has(holder, "projector.0.bias") && !HasCopy(holder, name)
                ? WeightLayout.VicReg
                : null;
    }

    /// <summary>Relative positions instead of absolute ones, and BEiT's biases or its layer scale.</summary>
    private bool IsBeit(string prefix) => !Has(prefix, "pos_embed")
        && Has(prefix, "rel_pos_bias.relative_position_bias_table", "blocks.0.attn.relative_position_bias_table")
        && Has(prefix, "blocks.0.attn.q_bias", "blocks.0.gamma_1");

    /// <summary>Positions, layer scale and a token for masked patches, or register tokens under DINOv2's name.</summary>
    private bool IsDinoV2(string prefix)
    {
        var isChunked = HasPart(prefix, "blocks.0.0");
        return Has(prefix, "pos_embed")
            && (Has(prefix, "register_tokens")
                || (Has(prefix, "blocks.0.ls1.gamma", "blocks.0.0.ls1.gamma")
                    && (isChunked || Has(prefix, "mask_token") || HasPart(Place(prefix).Holder, "dino_head"))));
    }

    private bool IsMae(string prefix) =>
        Has(prefix, "decoder_pred.weight", "decoder_embed.weight") || HasPart(prefix, "decoder_blocks");

    /// <summary>An encoder without a class token, with its target or a predictor that is a transformer, or the target alone.</summary>
    private bool IsIJepa(string prefix)
    {
        var (holder, name) = Place(prefix);
        return name is "encoder" or "target_encoder"
            && Has(prefix, "pos_embed")
            && !Has(prefix, "cls_token")
            && (HasPart(holder, "predictor")
                ? HasPart(holder, "predictor.predictor_blocks", "predictor.module.predictor_blocks")
                : HasPart(holder, "target_encoder"));
    }

    /// <summary>A teacher's or student's backbone, beside which there is no other head than DINO's.</summary>
    private bool IsDino(string prefix)
    {
        var words = prefix.Split(Separators, StringSplitOptions.RemoveEmptyEntries);
        var holder = Place(prefix).Holder;
        return words is [.., "backbone"]
            && words.Any(word => word is "teacher" or "student")
            && (!HasPart(holder, "head") || HasPart(holder, "head.mlp", "head.last_layer"));
    }

    /// <summary>A predictor and a second network that follows the first, or a first and second one by BYOL's own words.</summary>
    private bool IsByol(string prefix, string holder, string name, bool hasPredictor) =>
        (hasPredictor && HasCopy(holder, name))
        || (HasPart(holder, "online_encoder") && HasPart(holder, "target_encoder"))
        || IsReplaced(prefix, "online", "target")
        || IsReplaced(prefix, "target", "online");

    private bool IsReplaced(string prefix, string word, string other) =>
        prefix.Contains(word, StringComparison.Ordinal) && parts.Contains(prefix.Replace(word, other, StringComparison.Ordinal));

    /// <summary>Whether one of two networks of the same name is called a copy of the other.</summary>
    private bool HasCopy(string holder, string name)
    {
        var own = string.Join('_', name.Split('_').Where(word => !CopyWords.Contains(word)));
        return HasPart(holder, [$"momentum_{own}", $"{own}_momentum", $"target_{own}", $"{own}_target", $"ema_{own}", $"{own}_ema"]);
    }

    /// <summary>What holds a network, such as <c>model.module.</c>, and the network's name in it.</summary>
    private static (string Holder, string Name) Place(string prefix)
    {
        var isWrapped = prefix.EndsWith("." + Wrapper, StringComparison.Ordinal); // as in target_encoder.module.
        var path = (isWrapped ? prefix[..^Wrapper.Length] : prefix).TrimEnd('.');
        var begin = path.LastIndexOf('.') + 1;
        return (path[..begin], path[begin..]);
    }

    private bool Has(string prefix, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (keys.Contains(prefix + name))
            {
                return true;
            }
        }

        return false;
    }

    private bool HasPart(string prefix, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (parts.Contains($"{prefix}{name}."))
            {
                return true;
            }
        }

        return false;
    }
}
