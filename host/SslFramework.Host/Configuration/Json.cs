using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using SslFramework.Core.Storage;

namespace SslFramework.Host.Configuration;

/// <summary>
/// How every file of a run and every answer to <c>--json</c> is written, and read again: with letters and signs as they are. A number
/// that is NaN or infinite is a result and stands there as text. A file that somebody else wrote may hold anything: what must not be null
/// or absent is refused with a sentence.
/// </summary>
internal static class Json
{
    /// <summary>For files, over several lines.</summary>
    public static JsonSerializerOptions Indented { get; } = Make(indented: true);

    /// <summary>For logs, in one line.</summary>
    public static JsonSerializerOptions Line { get; } = Make(indented: false);

    /// <summary>A value as text for people and programs, over several lines.</summary>
    public static string Text<T>(T value) => JsonSerializer.Serialize(value, Indented);

    /// <summary>Writes a file, over several lines.</summary>
    /// <exception cref="ExperimentException">It cannot be written; an older file is still there.</exception>
    public static void Write<T>(string file, T value) =>
        DurableFile.Write(file, stream => JsonSerializer.Serialize(stream, value, Indented));

    /// <summary>Reads a file of a run.</summary>
    /// <exception cref="JsonException">It is damaged, or holds something else.</exception>
    public static T Read<T>(ReadOnlySpan<byte> json)
    {
        try
        {
            var value = JsonSerializer.Deserialize<T>(json, Indented) ?? throw new JsonException("It holds null.");
            Look(value as JsonNode);
            return value;
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException) // a text that is none, a key that is there twice
        {
            throw new JsonException(e.Message, e);
        }
    }

    /// <summary>A number for a tree of nodes, whose writer takes none that is NaN or infinite.</summary>
    public static JsonNode Number(double value) => double.IsFinite(value) ? value : value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Looks at every text of a tree, which would else be looked at when it is used.</summary>
    /// <exception cref="InvalidOperationException">One is no text: half a surrogate pair.</exception>
    public static void Look(JsonNode? node) => _ = ConfigOrigins.Values(node).Count();

    private static JsonSerializerOptions Make(bool indented) => new()
    {
        WriteIndented = indented,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };
}
