namespace SslFramework;

/// <summary>
/// A data source that recognizes what it can read. <c>--data</c>, <c>ssl data check</c> and <c>ssl data pack</c> find it by a
/// path alone, which becomes the first of its options with a <see cref="FilePathAttribute"/>.
/// </summary>
public interface IOpensPaths
{
    /// <summary>Whether this source reads what is at a path: a file, or a folder.</summary>
    static abstract bool Opens(string path);
}
