using System.Text.Encodings.Web;
using System.Text.Json;

namespace SslFramework.Host.Configuration;

/// <summary>JSON for people: indented, with letters and signs as they are.</summary>
internal static class ReadableJson
{
    public static JsonSerializerOptions Indented { get; } = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
