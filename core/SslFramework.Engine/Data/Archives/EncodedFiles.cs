using SslFramework.Core.Data;

namespace SslFramework.Engine.Data.Archives;

/// <summary>A source as one whose images are encoded files.</summary>
internal static class EncodedFiles
{
    /// <summary>The source; null if it holds pixels, as a pack may.</summary>
    public static IEncodedSource? Of(IDataSource source) =>
        source is PackSource { Form: not PackedAs.Files } ? null : source as IEncodedSource;
}
