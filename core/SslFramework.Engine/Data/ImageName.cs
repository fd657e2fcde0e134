using System.Globalization;
using SslFramework.Core.Data;

namespace SslFramework.Engine.Data;

/// <summary>Names an image of any source, for messages.</summary>
internal static class ImageName
{
    /// <summary>Its file's name, or its number if it has none.</summary>
    public static string Of(IDataSource source, int index) =>
        source is IEncodedSource files ? files.Name(index) : index.ToString(CultureInfo.InvariantCulture);
}
