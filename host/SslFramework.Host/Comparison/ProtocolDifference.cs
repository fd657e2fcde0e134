using System.Text.Json.Nodes;

namespace SslFramework.Host.Comparison;

/// <summary>In what two ways of measuring differ.</summary>
internal static class ProtocolDifference
{
    // What the protocol's hash leaves out: it changes no number, or it is what is compared.
    private static readonly string[] Harmless = ["versions", "seed", "overlap"];

    /// <summary>The differing keys with both values: <c>options.epochs 100 or 10</c>.</summary>
    public static string Between(JsonNode? first, JsonNode? second)
    {
        if (first is null || second is null)
        {
            return "what is unknown: the evaluation does not say how it measured";
        }

        var differences = Differences(first, second, "").ToArray();
        return differences.Length == 0 ? "nothing that the protocols tell" : string.Join("; ", differences);
    }

    private static IEnumerable<string> Differences(JsonNode? first, JsonNode? second, string path)
    {
        if (first is JsonObject a && second is JsonObject b)
        {
            return a.Select(member => member.Key).Union(b.Select(member => member.Key))
                .Where(key => path.Length > 0 || !Harmless.Contains(key))
                .SelectMany(key => Differences(a[key], b[key], path.Length == 0 ? key : $"{path}.{key}"));
        }

        return JsonNode.DeepEquals(first, second) ? [] : [$"{path} {Short(first)} or {Short(second)}"];
    }

    private static string Short(JsonNode? value)
    {
        var text = value?.ToJsonString() ?? "none";
        return text.Length <= 40 ? text : text[..37] + "…";
    }
}
