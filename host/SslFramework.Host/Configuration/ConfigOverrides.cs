using System.Globalization;
using System.Text.Json;

namespace SslFramework.Host.Configuration;

/// <summary>
/// Sets values of an experiment, as <c>--set a.b=c</c> does: members by name, items of a list by number, <c>a.0.b</c> or <c>a[0].b</c>.
/// </summary>
internal static class ConfigOverrides
{
    private const string Option = "--set ";

    /// <summary>Sets one value.</summary>
    /// <param name="root">The experiment.</param>
    /// <param name="key">Its path, with dots.</param>
    /// <param name="value">Belongs to the experiment afterwards.</param>
    /// <param name="errors">Told where the path leads nowhere.</param>
    public static void Set(ConfigNode root, string key, ConfigNode value, ConfigErrors errors) =>
        Set(root, Parts(key), value, value.Place, errors);

    /// <summary>Whether a value was set on the command line.</summary>
    public static bool IsSet(ConfigNode value) => value.Place.StartsWith(Option, StringComparison.Ordinal);

    /// <summary>Sets what the command line says.</summary>
    public static void Apply(ConfigNode root, IEnumerable<string> settings, ConfigErrors errors)
    {
        foreach (var setting in settings)
        {
            var place = Option + setting;
            var equals = setting.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                errors.Add(place, "write --set key=value, as in --set training.epochs=10");
                continue;
            }

            var before = errors.Count;
            var value = ConfigReader.ReadValue(setting[(equals + 1)..], place, errors);
            if (errors.Count == before)
            {
                Set(root, Parts(setting[..equals].Trim()), value, place, errors);
            }
        }
    }

    private static string[] Parts(string key) => key.Replace('[', '.').Replace("]", "", StringComparison.Ordinal).Split('.');

    private static void Set(ConfigNode node, string[] keys, ConfigNode value, string place, ConfigErrors errors)
    {
        for (var i = 0; i < keys.Length; i++)
        {
            var (key, last) = (keys[i], i == keys.Length - 1);
            if (node.Kind == JsonValueKind.Array)
            {
                if (!int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var index) || index >= node.Items.Count)
                {
                    var list = string.Join('.', keys[..i]);
                    errors.Add(place, node.Items.Count == 0
                        ? $"\"{list}\" is an empty list; set the whole of it, as in --set '{list}=[…]'"
                        : node.Items.Count == 1 ? $"\"{list}\" is a list of 1; its item is named 0"
                        : $"\"{list}\" is a list of {node.Items.Count}; its items are named by number, 0 to {node.Items.Count - 1}");
                    return;
                }

                if (last)
                {
                    node.Items[index] = value;
                }

                node = node.Items[index];
            }
            else if (node.Kind is JsonValueKind.Object or JsonValueKind.String)
            {
                if (last)
                {
                    node.Set(key, value);
                    return;
                }

                if (!node.Members.TryGetValue(key, out var child) || child.Kind == JsonValueKind.Null)
                {
                    node.Set(key, child = new ConfigNode(JsonValueKind.Object, place, value.Folder));
                }

                node = child;
            }
            else
            {
                errors.Add(place, $"\"{string.Join('.', keys[..i])}\" is {node.Describe()} and has no \"{key}\"");
                return;
            }
        }
    }
}
