namespace SslFramework;

/// <summary>
/// A data source that knows by itself what it reads. <c>--data</c>, <c>ssl data check</c> and <c>ssl data pack</c> find it by a
/// path alone, which it gets as the first of its options that is a <see cref="FilePathAttribute"/>.
/// </summary>
public interface IOpensPaths
{
    /// <summary>Whether it reads what lies at a path: a file, or a folder.</summary>
    static abstract bool Opens(string path);
}
