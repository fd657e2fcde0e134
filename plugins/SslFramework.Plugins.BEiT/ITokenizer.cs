namespace SslFramework.Plugins.BEiT;

/// <summary>Turns the patches of images into numbers of a vocabulary: what <see cref="BeitObjective"/> predicts.</summary>
public interface ITokenizer
{
    /// <summary>Owns its weights and buffers, which are saved with the objective's and are not trained by it.</summary>
    nn.Module Module { get; }

    /// <summary>V, how many tokens there are.</summary>
    int Vocabulary { get; }

    /// <summary>Runs before every epoch, without gradient, for a tokenizer that learns from the images.</summary>
    void BeginEpoch(EpochStart epoch)
    {
    }

    /// <summary>Finds the token of every patch, without gradient.</summary>
    /// <param name="images">[N, C, H, W].</param>
    /// <returns>int64 [N, L], L patches row by row.</returns>
    Tensor Tokenize(Tensor images);
}

/// <summary>The patches that a tokenizer is asked about.</summary>
/// <param name="Rows">Rows of the patch grid.</param>
/// <param name="Columns">Columns of the patch grid.</param>
/// <param name="Side">Side of a patch in pixels.</param>
/// <param name="Channels">Channels of the images.</param>
public sealed record TokenizedPatches(int Rows, int Columns, int Side, int Channels);
