using SslFramework.Core.Data;
using SslFramework.Core.Data.Decoding.Png;
using SslFramework.Engine.Data.Files;
using SslFramework.Engine.Data.Sources;

namespace SslFramework.Engine.Data.Annotated;

/// <summary>Images in a folder, and a map of numbers for each, which stand for classes by a table.</summary>
internal abstract class MappedSource : ListedSource, IAnnotatedSource
{
    /// <summary>Lists the images.</summary>
    /// <param name="options">How images are decoded, and which part of them is taken.</param>
    /// <param name="folder">Where they are.</param>
    /// <param name="ending">How the names of images end.</param>
    /// <exception cref="ExperimentException">The folder is missing, or has no such image.</exception>
    private protected MappedSource(EncodedSourceOptions options, string folder, string ending)
        : base(options, folder, folder, new(NamesIn(folder, ending)))
    {
    }

    /// <summary>The images, and then the maps.</summary>
    public override IEnumerable<string> Files =>
        Enumerable.Range(0, Count).Select(PathOf).Concat(Enumerable.Range(0, Count).Select(index => MapOf(Name(index))));

    /// <inheritdoc/>
    public override IReadOnlyList<string> Classes => [];

    /// <inheritdoc/>
    public abstract AnnotationInfo Annotations { get; }

    /// <inheritdoc/>
    public void ReadMap(int index, PixelBuffer destination)
    {
        var path = MapOf(Name(index));
        PngMap.Read(ImageFile.Read(path), path, destination);
        foreach (ref var pixel in destination.Resize(destination.Height, destination.Width, 1)) // the same memory
        {
            pixel = ClassOf(pixel);
        }
    }

    /// <inheritdoc/>
    public virtual ImageObjects Objects(int index) => ImageObjects.None;

    /// <summary>The path of an image's map.</summary>
    private protected abstract string MapOf(string name);

    /// <summary>The class that a number in a map stands for; one that does not exist is refused where maps are checked.</summary>
    private protected abstract byte ClassOf(byte number);

    /// <inheritdoc/>
    private protected override int? LabelOfEntry(int entry) => null;

    private static string[] NamesIn(string folder, string ending)
    {
        var found = FolderIndex.Open(folder);
        return [.. Enumerable.Range(0, found.Count).Select(found.PathOf).Where(name => name.EndsWith(ending, StringComparison.Ordinal))];
    }
}
