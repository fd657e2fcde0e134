namespace SslFramework;

/// <summary>Adds pictures to the report. An objective may implement it as well.</summary>
public interface IFigureSource
{
    /// <summary>Draws the pictures for a few images.</summary>
    /// <param name="batch">Views as in training.</param>
    /// <param name="step">Where training stands.</param>
    IReadOnlyList<Figure> DrawFigures(ViewBatch batch, StepContext step);
}
