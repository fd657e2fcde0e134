namespace SslFramework;

/// <summary>
/// A grid of pictures. An evaluator that draws what it found asks for an optional <see cref="IProgress{T}"/> of this type in its
/// constructor; what it reports stands beside its numbers in the folder of the evaluation and in the report. The tensor is read at once.
/// </summary>
/// <param name="Title">One line above the grid.</param>
/// <param name="Pictures">uint8 [rows, columns, C, H, W], C = 1 or 3.</param>
/// <param name="ColumnTitles">One title per column, or none.</param>
public sealed record Figure(string Title, Tensor Pictures, IReadOnlyList<string> ColumnTitles)
{
    /// <summary>One caption below each picture, row by row, or none.</summary>
    public IReadOnlyList<string> Captions { get; init; } = [];
}
