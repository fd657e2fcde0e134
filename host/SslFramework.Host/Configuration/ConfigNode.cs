using System.Text.Json;
using System.Text.Json.Nodes;

namespace SslFramework.Host.Configuration;

/// <summary>One JSON value, with the place where it stands.</summary>
internal sealed class ConfigNode(JsonValueKind kind, string place, string folder)
{
    private readonly Dictionary<string, ConfigNode> members = [];

    public JsonValueKind Kind { get; private set; } = kind;

    /// <summary>Where a person finds it: <c>file:line:column</c> or <c>--set key=value</c>.</summary>
    public string Place { get; private set; } = place;

    /// <summary>The folder that relative paths count from.</summary>
    public string Folder { get; private set; } = folder;

    /// <summary>A string's value, a number's or a literal's text.</summary>
    public string Text { get; init; } = "";

    /// <summary>Members of an object, in order.</summary>
    public IReadOnlyDictionary<string, ConfigNode> Members => members;

    /// <summary>Items of an array.</summary>
    public List<ConfigNode> Items { get; init; } = [];

    /// <summary>Sets a member of an object; a string <c>"x"</c> that names a component becomes <c>{ "name": "x" }</c> first.</summary>
    public void Set(string key, ConfigNode value)
    {
        if (Kind == JsonValueKind.String)
        {
            members["name"] = new ConfigNode(JsonValueKind.String, Place, Folder) { Text = Text };
            Kind = JsonValueKind.Object;
        }

        members[key] = value;
    }

    /// <summary>Takes a member away, where it is there.</summary>
    public void Remove(string key) => members.Remove(key);

    /// <summary>As JSON again, without comments.</summary>
    public JsonNode? ToJson() => Kind switch
    {
        JsonValueKind.Object => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, member.Value.ToJson()))),
        JsonValueKind.Array => new JsonArray([.. Items.Select(item => item.ToJson())]),
        JsonValueKind.String => JsonValue.Create(Text),
        _ => JsonNode.Parse(Text),
    };

    /// <summary>The same with members and items of its own, so that setting one changes no other.</summary>
    public ConfigNode Copy()
    {
        var copy = new ConfigNode(Kind, Place, Folder) { Text = Text, Items = Items.ConvertAll(item => item.Copy()) };
        foreach (var (key, value) in members)
        {
            copy.members[key] = value.Copy();
        }

        return copy;
    }

    /// <summary>What a person would call the value: <c>the text "8"</c>, <c>a list</c>.</summary>
    public string Describe() => Kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => $"the text \"{Short}\"",
        JsonValueKind.Null => "null",
        _ => Short,
    };

    private string Short => Text.Length > 80 ? Text[..80] + "…" : Text;
}
