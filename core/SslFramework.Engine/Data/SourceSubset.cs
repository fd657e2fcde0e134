namespace SslFramework.Engine.Data;

/// <summary>Some images of a source, in a given order, with all that is known of them.</summary>
/// <param name="source">The source of all images.</param>
/// <param name="indices">Their numbers in <paramref name="source"/>.</param>
internal sealed class SourceSubset(IDataSource source, IReadOnlyList<int> indices) : IAnnotatedSource
{
    private readonly IAnnotatedSource? annotated = source as IAnnotatedSource;

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
    public AnnotationInfo Annotations => annotated?.Annotations ?? AnnotationInfo.None;

    /// <inheritdoc/>
    public int? Label(int index) => source.Label(indices[index]);

    /// <inheritdoc/>
    public void Read(int index, PixelBuffer destination) => source.Read(indices[index], destination);

    /// <inheritdoc/>
    public void ReadMap(int index, PixelBuffer destination) => annotated!.ReadMap(indices[index], destination);

    /// <inheritdoc/>
    public ImageObjects Objects(int index) => annotated?.Objects(indices[index]) ?? ImageObjects.None;

    /// <inheritdoc/>
    public IReadOnlyList<int> ClassSet(int index) => annotated?.ClassSet(indices[index]) ?? [];
}
