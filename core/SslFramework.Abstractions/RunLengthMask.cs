namespace SslFramework;

/// <summary>Which pixels of an image belong to something, as COCO writes it: runs, column by column.</summary>
/// <param name="Size">Rows and columns of the image.</param>
/// <param name="Counts">
/// Lengths of runs of pixels outside and inside in turn, beginning with those outside: the first may be 0. They sum to rows · columns.
/// </param>
public sealed record RunLengthMask(ImageSize Size, IReadOnlyList<int> Counts);
