using System.Text.Json;
using System.Text.Json.Nodes;

namespace SslFramework.Host.Configuration;

/// <summary>JSON as a person would lay it out: what fits stands on one line.</summary>
public static class CompactJson
{
    private const int Width = 120;
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a value; the members of the outermost object stand on lines of their own.</summary>
    public static string Write(JsonNode? node, int indent = 0)
    {
        var flat = Flat(node);
        var inner = new string(' ', indent + 2);
        return node switch
        {
            JsonObject members when indent == 0 || flat.Length + indent > Width =>
                Lines('{', members.Select(member => $"{Name(member.Key)}: {Write(member.Value, indent + 2)}"), '}'),
            JsonArray items when flat.Length + indent > Width => Lines('[', items.Select(item => Write(item, indent + 2)), ']'),
            _ => flat,
        };

        string Lines(char open, IEnumerable<string> parts, char close) => $"{open}\n{string.Join(",\n", parts.Select(part => inner + part))}\n{inner[2..]}{close}";
    }

    private static string Flat(JsonNode? node) => node switch
    {
        JsonObject { Count: > 0 } members => $"{{ {string.Join(", ", members.Select(member => $"{Name(member.Key)}: {Flat(member.Value)}"))} }}",
        JsonArray items => $"[{string.Join(", ", items.Select(Flat))}]",
        null => "null",
        _ => node.ToJsonString(Relaxed),
    };

    private static string Name(string key) => JsonSerializer.Serialize(key, Relaxed);
}
