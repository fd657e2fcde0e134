namespace SslFramework.Plugins.IJEPA;

/// <summary>Places of the patches of a batch that are seen, and of those that are predicted.</summary>
/// <param name="Context">int64 [N, K].</param>
/// <param name="Targets">int64 [N, M] of each target block.</param>
public sealed record MultiBlocks(Tensor Context, IReadOnlyList<Tensor> Targets);
