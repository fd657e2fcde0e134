namespace SslFramework.Host.Runs.TensorBoard;

/// <summary>A picture by itself.</summary>
/// <param name="Title">What it is.</param>
/// <param name="Png">The file.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
internal sealed record TitledPicture(string Title, byte[] Png, int Height, int Width);
