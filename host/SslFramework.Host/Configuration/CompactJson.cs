using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SslFramework.Host.Configuration;

/// <summary>JSON as a person would lay it out: what fits stands on one line.</summary>
internal static class CompactJson
{
    private const int Width = 79;

    /// <summary>Writes a value; the members of the outermost object stand on lines of their own.</summary>
    public static string Write(JsonNode? node) => Write(node, 0, 0);

    /// <param name="node">The value.</param>
    /// <param name="indent">Of the line that it begins on.</param>
    /// <param name="before">Columns of that line that are taken.</param>
    private static string Write(JsonNode? node, int indent, int before)
    {
        var flat = Flat(node);
        var inner = new string(' ', indent + 2);
        var isLong = before + flat.Length >= Width; // a comma follows
        return node switch
        {
            JsonObject { Count: > 0 } members when before == 0 || isLong =>
                Lines('{', members.Select(member => Member($"{Name(member.Key)}: ", member.Value)), '}'),
            JsonArray { Count: 1 } items when isLong => $"[{Write(items[0], indent, before + 1)}]",
            JsonArray { Count: > 0 } items when isLong => Lines('[', items.Select(item => Member("", item)), ']'),
            _ => flat,
        };

        string Member(string name, JsonNode? value) => name + Write(value, indent + 2, indent + 2 + name.Length);

        string Lines(char open, IEnumerable<string> parts, char close) =>
            $"{open}\n{string.Join(",\n", parts.Select(part => inner + part))}\n{inner[2..]}{close}";
    }

    private static string Flat(JsonNode? node) => node switch
    {
        JsonObject { Count: > 0 } members => $"{{ {string.Join(", ", members.Select(Flat))} }}",
        JsonArray items => $"[{string.Join(", ", items.Select(Flat))}]",
        null => "null",
        _ => node.ToJsonString(Json.Line),
    };

    private static string Flat(KeyValuePair<string, JsonNode?> member) => $"{Name(member.Key)}: {Flat(member.Value)}";

    private static string Name(string key) => JsonSerializer.Serialize(key, Json.Line);
}
