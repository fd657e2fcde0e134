namespace SslFramework.Engine.Weights;

/// <summary>torchvision's names of a vision transformer's parts in timm's words; both order a block's query, key and value alike.</summary>
internal static class TorchvisionTransformer
{
    private const string Layer = "encoder.layers.encoder_layer_";

    private static readonly (string Torchvision, string Timm)[] Names =
    [
        ("class_token", "cls_token"), ("encoder.pos_embedding", "pos_embed"), ("conv_proj.", "patch_embed.proj."), ("encoder.ln.", "norm."),
    ];

    private static readonly (string Torchvision, string Timm)[] BlockNames =
    [
        ("ln_1.", "norm1."), ("self_attention.in_proj_", "attn.qkv."), ("self_attention.out_proj.", "attn.proj."),
        ("ln_2.", "norm2."), ("mlp.0.", "mlp.fc1."), ("mlp.3.", "mlp.fc2."), ("mlp.linear_1.", "mlp.fc1."), ("mlp.linear_2.", "mlp.fc2."),
    ];

    /// <summary>timm's key; a key of anything else as it is.</summary>
    public static string TimmKey(string key)
    {
        if (!key.StartsWith(Layer, StringComparison.Ordinal) || key.IndexOf('.', Layer.Length) is not (> 0 and var dot))
        {
            return Renamed(key, Names);
        }

        return $"blocks.{key[Layer.Length..dot]}.{Renamed(key[(dot + 1)..], BlockNames)}";
    }

    private static string Renamed(string key, (string Torchvision, string Timm)[] names)
    {
        var (from, to) = Array.Find(names, pair => key.StartsWith(pair.Torchvision, StringComparison.Ordinal));
        return from is null ? key : to + key[from.Length..];
    }
}
