using System.Globalization;
using SslFramework.Core.Data;

namespace SslFramework.Engine.Data;

/// <summary>What to call an image of any source.</summary>
internal static class ImageName
{
    /// <summary>Its file's name, or its number where there is none.</summary>
    public static string Of(IDataSource source, int index) =>
        source is IEncodedSource files ? files.Name(index) : index.ToString(CultureInfo.InvariantCulture);
}
