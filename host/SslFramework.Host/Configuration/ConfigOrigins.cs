using System.Text.Json;
using System.Text.Json.Nodes;

namespace SslFramework.Host.Configuration;

/// <summary>Where each value of an experiment comes from.</summary>
internal static class ConfigOrigins
{
    /// <summary>
    /// The place of every value that was written down, by its key as <c>--set</c> takes it; what is not here is a default.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Of(ConfigNode root)
    {
        var origins = new Dictionary<string, string>();
        Add(root, "");
        return origins;

        void Add(ConfigNode node, string key)
        {
            foreach (var (name, member) in node.Members)
            {
                Add(member, key.Length == 0 ? name : $"{key}.{name}");
            }

            for (var i = 0; i < node.Items.Count; i++)
            {
                Add(node.Items[i], $"{key}.{i}");
            }

            if (node.Kind is not (JsonValueKind.Object or JsonValueKind.Array))
            {
                origins[key] = node.Place;
                if (node.Kind == JsonValueKind.String)
                {
                    origins[$"{key}.name"] = node.Place; // "x" may stand for { "name": "x" }
                }
            }
        }
    }

    /// <summary>Every value of a resolved experiment by its key.</summary>
    public static IEnumerable<(string Key, string Value)> Values(JsonNode? node, string key = "") => node switch
    {
        JsonObject members => members.SelectMany(member => Values(member.Value, key.Length == 0 ? member.Key : $"{key}.{member.Key}")),
        JsonArray items when items.Any(item => item is JsonObject or JsonArray) =>
            items.SelectMany((item, i) => Values(item, $"{key}.{i}")),
        null => [],
        JsonValue value when value.TryGetValue<string>(out var text) => [(key, text)],
        _ => [(key, node.ToJsonString())],
    };

    /// <summary>The origin of a value: a file's line, an option of the command line, or <c>default</c>.</summary>
    public static string At(IReadOnlyDictionary<string, string> origins, string key) =>
        origins.GetValueOrDefault(key) ?? origins.GetValueOrDefault($"{key}.0") ?? "default";
}
