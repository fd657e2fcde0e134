namespace SslFramework;

/// <summary>Adds pictures to the report. An objective or evaluator may implement it as well.</summary>
public interface IFigureSource
{
    /// <summary>Draws the pictures for a few images.</summary>
    /// <param name="batch">Views as in training.</param>
    /// <param name="step">Where training stands.</param>
    IReadOnlyList<Figure> DrawFigures(ViewBatch batch, StepContext step);
}

/// <summary>A grid of pictures.</summary>
/// <param name="Title">One line above the grid.</param>
/// <param name="Pictures">uint8 [rows, columns, C, H, W], C = 1 or 3.</param>
/// <param name="ColumnTitles">One title per column, or none.</param>
public sealed record Figure(string Title, Tensor Pictures, IReadOnlyList<string> ColumnTitles)
{
    /// <summary>One caption below each picture, row by row, or none.</summary>
    public IReadOnlyList<string> Captions { get; init; } = [];
}
