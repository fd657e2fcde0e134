using System.Globalization;

namespace SslFramework.Engine.Weights;

/// <summary>Translates DINOv2's and BEiT's names of a vision transformer's parts to timm's.</summary>
internal static class TransformerNames
{
    /// <summary>What stands in for masked patches, and what a relative position's row is computed from: no part of the features.</summary>
    private static readonly string[] Unused = ["mask_token", "masked_embed", "relative_position_index"];

    /// <summary>Returns timm's key, or null for what the features do not need; any other key is returned unchanged.</summary>
    public static string? TimmKey(string key)
    {
        var words = key.Split('.');
        if (Unused.Contains(words[^1]))
        {
            return null;
        }

        if (words is ["blocks", var chunk, var block, _, ..] && IsNumber(chunk) && IsNumber(block))
        {
            words = ["blocks", .. words[2..]]; // the blocks of all chunks are numbered on
        }

        return words switch
        {
            ["register_tokens"] => "reg_token",
            ["blocks", var number, "gamma_1"] => $"blocks.{number}.ls1.gamma",
            ["blocks", var number, "gamma_2"] => $"blocks.{number}.ls2.gamma",
            _ => string.Join('.', words),
        };
    }

    private static bool IsNumber(string word) => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
