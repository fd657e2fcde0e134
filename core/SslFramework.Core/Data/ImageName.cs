using System.Globalization;

namespace SslFramework.Core.Data;

/// <summary>What to call an image of any source.</summary>
public static class ImageName
{
    /// <summary>Its file's name, or its number where there is none.</summary>
    public static string Of(IDataSource source, int index) =>
        source is IEncodedSource files ? files.Name(index) : index.ToString(CultureInfo.InvariantCulture);
}
