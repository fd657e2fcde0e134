namespace SslFramework.Engine.Data;

/// <summary>Some images of a source, in a given order.</summary>
/// <param name="source">Has all of them.</param>
/// <param name="indices">Their numbers in <paramref name="source"/>.</param>
internal sealed class SourceSubset(IDataSource source, IReadOnlyList<int> indices) : IDataSource
{
    /// <inheritdoc/>
    public int Count => indices.Count;

    /// <inheritdoc/>
    public int Channels => source.Channels;

    /// <inheritdoc/>
    public ImageSize? Size => source.Size;

    /// <inheritdoc/>
    public IEnumerable<string> Files => source.Files;

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes => source.Classes;

    /// <inheritdoc/>
    public IReadOnlyList<string> Notes => source.Notes;

    /// <inheritdoc/>
    public int? Label(int index) => source.Label(indices[index]);

    /// <inheritdoc/>
    public void Read(int index, PixelBuffer destination) => source.Read(indices[index], destination);
}
