namespace SslFramework;

/// <summary>A backbone over patch tokens that can encode any subset of them: what masked image modeling needs.</summary>
public interface ITokenBackbone : IBackbone
{
    /// <summary>Side of a square patch in pixels.</summary>
    int PatchSize { get; }

    /// <summary>Rows of the patch grid.</summary>
    int GridRows { get; }

    /// <summary>Columns of the patch grid.</summary>
    int GridColumns { get; }

    /// <summary>Length of a token.</summary>
    int TokenDimension { get; }

    /// <summary>Number of tokens that <see cref="EncodeTokens"/> puts before the patches (1 with a class token, else 0).</summary>
    int PrefixTokens { get; }

    /// <summary>Positions of the patches [1, L, TokenDimension], L = rows · columns, without those of prefix tokens.</summary>
    Tensor PatchPositions { get; }

    /// <summary>Embeds patches, row by row, without positions.</summary>
    /// <param name="images">float32 [N, C, H, W].</param>
    /// <returns>[N, L, TokenDimension].</returns>
    Tensor EmbedPatches(Tensor images);

    /// <summary>Puts the prefix tokens first, runs all blocks and the final norm.</summary>
    /// <param name="tokens">[N, K, TokenDimension]: any patches, positions already added.</param>
    /// <returns>[N, PrefixTokens + K, TokenDimension].</returns>
    Tensor EncodeTokens(Tensor tokens);
}
