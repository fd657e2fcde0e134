namespace SslFramework.Host.Reports.Pictures;

/// <summary>What the report shows of images and network.</summary>
/// <param name="Sections">In order.</param>
/// <param name="Style">CSS that they need.</param>
public sealed record RunPictures(IReadOnlyList<ReportSection> Sections, string Style = "")
{
    /// <summary>Single pictures, for TensorBoard.</summary>
    public IReadOnlyList<TitledPicture> Pictures { get; init; } = [];

    /// <summary>The images of the map, for TensorBoard's projector.</summary>
    internal EmbeddedImages? Map { get; init; }

    /// <summary>No pictures, and one sentence on what would make them.</summary>
    public static RunPictures None(string sentence) => new([ReportSection.Missing("Pictures", sentence)]);
}

/// <summary>A picture by itself.</summary>
/// <param name="Title">What it is.</param>
/// <param name="Png">The file.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
public sealed record TitledPicture(string Title, byte[] Png, int Height, int Width);
