namespace SslFramework.Host.Reports.Pictures;

/// <summary>What the report shows of images and network.</summary>
/// <param name="Sections">In order.</param>
/// <param name="Style">CSS that they need.</param>
public sealed record RunPictures(IReadOnlyList<ReportSection> Sections, string Style = "")
{
    /// <summary>No pictures, and one sentence on what would make them.</summary>
    public static RunPictures None(string sentence) => new([ReportSection.Missing("Pictures", sentence)]);
}
