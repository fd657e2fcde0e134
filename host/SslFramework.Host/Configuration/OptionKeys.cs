using System.Text.Json;
using SslFramework.Host.Components;

namespace SslFramework.Host.Configuration;

/// <summary>The keys of a whole file as <c>--set</c> takes them, to find one that was written at another level.</summary>
internal static class OptionKeys
{
    /// <summary>All keys of a record and of the records, lists and components in it, outer ones first.</summary>
    /// <param name="type">The record, or a component.</param>
    /// <param name="node">What was written: it names the components and has the lists' items.</param>
    /// <param name="catalog">The components' options.</param>
    public static IReadOnlyList<string> Of(Type type, ConfigNode node, ComponentCatalog catalog)
    {
        var keys = new List<string>();
        Add(type, node, []);
        return [.. keys.OrderBy(key => key.Count(c => c == '.'))];

        void Add(Type type, ConfigNode? node, string[] path)
        {
            type = Nullable.GetUnderlyingType(type) ?? type;
            if (OptionsSchema.ServiceOf(type) is { } service)
            {
                if (NameOf(node) is { } name && catalog.Find(service, name) is { } component)
                {
                    AddMembers(component.Descriptor.Options, node, path);
                    var shared = OptionsSchema.Shared(service).Select(OptionsSchema.KeyOf);
                    keys.AddRange(shared.Select(key => string.Join('.', [.. path, key])));
                }
            }
            else if (OptionsSchema.ItemOf(type) is { } item)
            {
                // Plain values have no keys, and there may be many of them.
                for (var i = 0; !IsPlain(item) && i < node?.Items.Count; i++)
                {
                    Add(item, node.Items[i], [.. path, $"{i}"]);
                }
            }
            else if (!IsPlain(type))
            {
                AddMembers(type, node, path);
            }
        }

        void AddMembers(Type options, ConfigNode? node, string[] path)
        {
            foreach (var property in OptionsSchema.Properties(options))
            {
                var key = OptionsSchema.KeyOf(property);
                keys.Add(string.Join('.', [.. path, key]));
                Add(property.PropertyType, node?.Members.GetValueOrDefault(key), [.. path, key]);
            }
        }
    }

    /// <summary>The key nearest to one that is unknown, by its last word: one of the same name, if there is any.</summary>
    /// <param name="unknown">The key.</param>
    /// <param name="path">The record that it was written in, as in <c>crops[0]</c>.</param>
    /// <param name="keys">All keys. Those of the items of a list that the record has no part in are not meant.</param>
    public static string? Nearest(string unknown, string path, IReadOnlyList<string> keys)
    {
        string[] record = [.. path.Split(['.', '[', ']'], StringSplitOptions.RemoveEmptyEntries)];
        string[] near = [.. keys.Where(IsNear)];
        return Configuration.Nearest.To(unknown, [.. near.Select(LastOf)]) is { } nearest
            ? near.First(key => LastOf(key) == nearest)
            : null;

        bool IsNear(string key)
        {
            var parts = key.Split('.');
            var item = Array.FindIndex(parts, part => char.IsAsciiDigit(part[0]));
            return item < 0 || record.Zip(parts).Take(item + 1).All(pair => pair.First == pair.Second);
        }
    }

    /// <summary>A key's last word.</summary>
    public static string LastOf(string key) => key[(key.LastIndexOf('.') + 1)..];

    private static bool IsPlain(Type type) => !type.IsClass || type == typeof(string) || type == typeof(ConfigNode);

    private static string? NameOf(ConfigNode? component) =>
        component?.Kind == JsonValueKind.String ? component.Text : component?.Members.GetValueOrDefault(OptionsBinder.NameKey)?.Text;
}
