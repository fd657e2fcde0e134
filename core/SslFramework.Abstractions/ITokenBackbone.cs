namespace SslFramework;

/// <summary>A backbone over patch tokens that can encode any subset of them: what masked image modeling needs.</summary>
public interface ITokenBackbone : IMaskableBackbone
{
    /// <summary>Rows of its own patch grid, for which its positions are made.</summary>
    int GridRows { get; }

    /// <summary>Columns of its own patch grid.</summary>
    int GridColumns { get; }

    /// <summary>Length of a token.</summary>
    int TokenDimension { get; }

    /// <summary>Number of tokens that <see cref="EncodeTokens"/> puts before the patches (a class token, registers).</summary>
    int PrefixTokens { get; }

    /// <summary>Positions of the patches [1, L, TokenDimension], L = rows · columns, without those of prefix tokens.</summary>
    Tensor PatchPositions { get; }

    /// <summary>Positions of the patches of an image of any size, without those of prefix tokens.</summary>
    /// <param name="rows">Rows of patches, at least 1.</param>
    /// <param name="columns">Columns of patches, at least 1.</param>
    /// <returns>[1, rows · columns, TokenDimension]; for the backbone's own grid, <see cref="PatchPositions"/>.</returns>
    /// <exception cref="ExperimentException">The backbone has positions for its own grid alone.</exception>
    Tensor PositionsFor(int rows, int columns) => (rows, columns) == (GridRows, GridColumns)
        ? PatchPositions
        : throw new ExperimentException(
            FailureKind.Config,
            $"The backbone {GetType().Name} has positions for {GridRows} × {GridColumns} patches alone, "
            + $"but the image has {rows} × {columns}; resize the views to {GridRows * PatchSize} × {GridColumns * PatchSize}.");

    /// <summary>Embeds patches, row by row, without positions.</summary>
    /// <param name="images">float32 [N, C, H, W], H and W multiples of <see cref="IMaskableBackbone.PatchSize"/>.</param>
    /// <returns>[N, L, TokenDimension].</returns>
    Tensor EmbedPatches(Tensor images);

    /// <summary>Puts the prefix tokens first, runs all blocks and the final norm.</summary>
    /// <param name="tokens">[N, K, TokenDimension]: any patches, positions already added.</param>
    /// <returns>[N, PrefixTokens + K, TokenDimension].</returns>
    Tensor EncodeTokens(Tensor tokens);

    int IMaskableBackbone.EmbeddedDimension => TokenDimension;

    int IMaskableBackbone.EncodedStride => PatchSize;

    Tensor IMaskableBackbone.EncodeMasked(Tensor images, Tensor hidden, Tensor token)
    {
        using var scope = NewDisposeScope();
        var (rows, columns) = ((int)images.shape[2] / PatchSize, (int)images.shape[3] / PatchSize);
        var embedded = EmbedPatches(images); // [N, L, TokenDimension]
        var seen = where(hidden.unsqueeze(2), token.to(embedded.dtype), embedded);
        var encoded = EncodeTokens(seen + PositionsFor(rows, columns)).narrow(1, PrefixTokens, rows * columns);
        return encoded.transpose(1, 2).unflatten(2, [rows, columns]).MoveToOuterDisposeScope();
    }
}
