using SslFramework.Host.Runs.TensorBoard;

namespace SslFramework.Host.Reports.Pictures;

/// <summary>What the report shows of images and network.</summary>
/// <param name="Sections">In order.</param>
/// <param name="Style">CSS that they need.</param>
internal sealed record RunPictures(IReadOnlyList<ReportSection> Sections, string Style = "")
{
    /// <summary>Single pictures, for TensorBoard.</summary>
    public IReadOnlyList<TitledPicture> Pictures { get; init; } = [];

    /// <summary>The images of the map, for TensorBoard's projector.</summary>
    internal EmbeddedImages? Map { get; init; }

    /// <summary>No pictures, and one sentence on what would make them.</summary>
    public static RunPictures None(string sentence) => new([ReportSection.Missing("Pictures", sentence)]);
}
