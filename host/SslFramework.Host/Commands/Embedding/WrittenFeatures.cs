namespace SslFramework.Host.Commands.Embedding;

/// <summary>What <c>ssl embed</c> has written, also as JSON.</summary>
/// <param name="Features">The NumPy file: one row per image.</param>
/// <param name="List">The list of the images, in the order of the rows.</param>
/// <param name="Images">Rows.</param>
/// <param name="Dimension">Columns.</param>
/// <param name="Unusable">Rows that are NaN, because their images cannot be used.</param>
internal sealed record WrittenFeatures(string Features, string List, int Images, long Dimension, int Unusable);
