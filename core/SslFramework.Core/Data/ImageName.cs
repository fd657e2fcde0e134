using System.Globalization;

namespace SslFramework.Core.Data;

/// <summary>Names an image of any source, for messages.</summary>
public static class ImageName
{
    /// <summary>Its file's name, or its number if it has none.</summary>
    public static string Of(IDataSource source, int index) =>
        source is IEncodedSource files ? files.Name(index) : index.ToString(CultureInfo.InvariantCulture);
}
