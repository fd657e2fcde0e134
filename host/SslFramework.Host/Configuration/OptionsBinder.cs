using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using SslFramework.Host.Components;

namespace SslFramework.Host.Configuration;

/// <summary>
/// Binds JSON to immutable options records, strictly: an unknown key, a wrong type, a value out of range or an unknown
/// component is an error with its place, the nearest known name and what is allowed. All errors are collected.
/// </summary>
/// <param name="catalog">The components that can be named.</param>
/// <param name="errors">Told what is wrong.</param>
/// <param name="whole">What is bound, for messages.</param>
internal sealed class OptionsBinder(ComponentCatalog catalog, ConfigErrors errors, string whole = "the experiment")
{
    /// <summary>A file may say which schema an editor should check it by.</summary>
    public const string SchemaKey = "$schema";

    /// <summary>Says which component one is.</summary>
    internal const string NameKey = "name";

    /// <summary>Every key of what is bound; asked for where one is wrong.</summary>
    private Lazy<IReadOnlyList<string>> keys = new([]);

    /// <summary>Binds a record; null where it has errors.</summary>
    public T? Bind<T>(ConfigNode node)
        where T : class
    {
        keys = new(() => OptionKeys.Of(typeof(T), node, catalog));
        return (T?)BindObject(node, typeof(T), "", [SchemaKey]);
    }

    /// <summary>Binds one component that stands in no file.</summary>
    /// <exception cref="ExperimentException">All mistakes at once.</exception>
    public static Component<TService> BindAlone<TService>(ConfigNode component, ComponentCatalog catalog)
        where TService : class
    {
        var errors = new ConfigErrors();
        var binder = new OptionsBinder(catalog, errors, $"the {OptionsSchema.WordFor(typeof(TService))}")
        {
            keys = new(() => OptionKeys.Of(typeof(Component<TService>), component, catalog)),
        };
        var bound = binder.BindComponent(component, typeof(Component<TService>), typeof(TService), "");
        errors.ThrowIfAny();
        return (Component<TService>)bound!;
    }

    private object? BindValue(ConfigNode node, Type type, string path, bool isPath)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        if (node.Kind == JsonValueKind.Null)
        {
            return Wrong(node, type, path);
        }

        if (plain == typeof(ConfigNode))
        {
            return node; // what it holds is bound later
        }

        if (OptionsSchema.ServiceOf(plain) is { } service)
        {
            return BindComponent(node, plain, service, path);
        }

        if (OptionsSchema.ItemOf(plain) is { } item)
        {
            return BindList(node, plain, item, path);
        }

        if (plain.IsEnum)
        {
            var names = OptionsSchema.KeysOf(plain);
            if (node.Kind == JsonValueKind.String && names.Contains(node.Text))
            {
                return Enum.Parse(plain, node.Text, ignoreCase: true);
            }

            var refused = plain.GetCustomAttributes<RefusedValueAttribute>().FirstOrDefault(value => value.Value == node.Text);
            var hint = refused is null ? Nearest.Hint(node.Text, names) : $", which is not offered: {refused.Reason}";
            errors.Add(node.Place, $"\"{path}\" is {node.Describe()}{hint}");
            return null;
        }

        if (isPath && node.Kind == JsonValueKind.String && node.Text.Contains('\0', StringComparison.Ordinal))
        {
            errors.Add(node.Place, $"\"{path}\" has a null character in it, which no path has");
            return null;
        }

        object? value = Type.GetTypeCode(plain) switch
        {
            TypeCode.Boolean when node.Kind is JsonValueKind.True or JsonValueKind.False => node.Kind == JsonValueKind.True,
            TypeCode.String when node.Kind == JsonValueKind.String =>
                isPath && node.Text.Length > 0 ? Path.GetFullPath(node.Text, node.Folder) : node.Text,
            TypeCode.Int32 when node.Kind == JsonValueKind.Number => Whole<int>(node.Text),
            TypeCode.Int64 when node.Kind == JsonValueKind.Number => Whole<long>(node.Text),
            TypeCode.Single when node.Kind == JsonValueKind.Number => Finite(node.Text) is { } number ? (float)number : null,
            TypeCode.Double when node.Kind == JsonValueKind.Number => Finite(node.Text),
            _ => null,
        };
        return value is not null ? value
            : Type.GetTypeCode(plain) == TypeCode.Object && plain.IsClass ? BindObject(node, plain, path, [])
            : Wrong(node, type, path);
    }

    private object? BindObject(ConfigNode node, Type type, string path, IReadOnlyCollection<string> otherKeys)
    {
        if (node.Kind != JsonValueKind.Object)
        {
            return Wrong(node, type, path);
        }

        var before = errors.Count;
        var options = Activator.CreateInstance(type)!;
        var properties = OptionsSchema.Properties(type).ToDictionary(p => OptionsSchema.KeyOf(p));
        foreach (var (key, child) in node.Members.Where(m => !otherKeys.Contains(m.Key)))
        {
            if (!properties.TryGetValue(key, out var property))
            {
                string[] known = [.. properties.Keys, .. otherKeys.Except([NameKey, SchemaKey])];
                errors.Add(child.Place, $"unknown key \"{key}\"{(path.Length == 0 ? "" : $" in \"{path}\"")}{Hint(key, path, known)}");
                continue;
            }

            var childPath = path.Length == 0 ? key : $"{path}.{key}";
            if (child.Kind == JsonValueKind.Null)
            {
                SetNull(property, options, child, childPath);
            }
            else if (BindValue(child, property.PropertyType, childPath, property.IsDefined(typeof(FilePathAttribute))) is { } value
                && Allowed(property, value, child, childPath))
            {
                property.SetValue(options, value);
            }
        }

        foreach (var missing in properties.Where(p => OptionsSchema.IsRequired(p.Value) && !node.Members.ContainsKey(p.Key)))
        {
            errors.Add(node.Place, $"{Named(path)} needs the key \"{missing.Key}\" ({OptionsSchema.Describe(missing.Value.PropertyType)})");
        }

        if (errors.Count == before && options is IValidatableObject crossChecked)
        {
            foreach (var result in crossChecked.Validate(new ValidationContext(options)))
            {
                errors.Add(node.Place, $"{(path.Length == 0 ? "" : $"\"{path}\": ")}{result.ErrorMessage}");
            }
        }

        return errors.Count == before ? options : null;
    }

    /// <summary>Sets an option off, or to what it is where absent.</summary>
    private void SetNull(PropertyInfo property, object options, ConfigNode node, string path)
    {
        if (OptionsSchema.AllowsNull(property))
        {
            property.SetValue(options, null);
            return;
        }

        var remedy = OptionsSchema.IsRequired(property) ? "" : "; leave the key out for its default";
        errors.Add(node.Place, $"\"{path}\" is null, but must be {Article(OptionsSchema.Describe(property.PropertyType))}{remedy}");
    }

    /// <summary>
    /// What an unknown key may mean: that key at another level, one beside it that is spelled nearly so, or one elsewhere that is.
    /// </summary>
    private string Hint(string key, string path, IReadOnlyCollection<string> beside)
    {
        var elsewhere = OptionKeys.Nearest(key, path, keys.Value);
        var name = elsewhere is null ? null : OptionKeys.LastOf(elsewhere);
        return name is null || beside.Contains(name) || (name != key && Nearest.To(key, beside) is not null)
            ? Nearest.Hint(key, beside)
            : $"; did you mean \"{elsewhere}\"{(elsewhere == name ? " outside of it" : "")}?";
    }

    private object? BindComponent(ConfigNode node, Type type, Type service, string path)
    {
        var word = OptionsSchema.WordFor(service);
        var nameNode = node.Kind == JsonValueKind.String ? node : node.Members.GetValueOrDefault(NameKey);
        if (nameNode is not { Kind: JsonValueKind.String })
        {
            errors.Add((nameNode ?? node).Place, $"{Named(path)} must name {Article(word)}: {{ \"name\": … }}; known: "
                + $"{string.Join(", ", Names(service))}");
            return null;
        }

        if (catalog.Find(service, nameNode.Text)?.Descriptor is not { } descriptor)
        {
            errors.Add(nameNode.Place, $"there is no {word} \"{nameNode.Text}\"{Nearest.Hint(nameNode.Text, Names(service))}");
            return null;
        }

        var before = errors.Count;
        var shared = OptionsSchema.Shared(service);
        var options = node.Kind == JsonValueKind.String
            ? BindObject(new ConfigNode(JsonValueKind.Object, node.Place, node.Folder), descriptor.Options, path, [])
            : BindObject(node, descriptor.Options, path, [NameKey, .. shared.Select(OptionsSchema.KeyOf)]);
        if (errors.Count > before && ConfigOverrides.IsSet(nameNode) && node.Members.Values.Any(member => !ConfigOverrides.IsSet(member)))
        {
            errors.Add(nameNode.Place, $"the other keys of \"{path}\" stay as they were; "
                + $"--set {path}={nameNode.Text} takes the place of all of them");
        }

        var component = options is null ? null : Activator.CreateInstance(type, descriptor, options);
        foreach (var property in component is null ? [] : shared)
        {
            var key = OptionsSchema.KeyOf(property);
            if (node.Members.GetValueOrDefault(key) is { } child
                && child is not { Kind: JsonValueKind.Null } and not { Kind: JsonValueKind.String, Text: "" }
                && BindValue(child, property.PropertyType, $"{path}.{key}", isPath: true) is { } value)
            {
                type.GetProperty(property.Name)!.SetValue(component, value);
            }
        }

        return errors.Count == before ? component : null;
    }

    private string[] Names(Type service) => [.. catalog.Of(service).Select(c => c.Descriptor.Name)];

    private Array? BindList(ConfigNode node, Type type, Type item, string path)
    {
        if (node.Kind != JsonValueKind.Array)
        {
            Wrong(node, type, path);
            return null;
        }

        var before = errors.Count;
        var list = Array.CreateInstance(item, node.Items.Count);
        for (var i = 0; i < list.Length; i++)
        {
            if (BindValue(node.Items[i], item, $"{path}[{i}]", isPath: false) is { } value)
            {
                list.SetValue(value, i);
            }
        }

        return errors.Count == before ? list : null;
    }

    private bool Allowed(PropertyInfo property, object value, ConfigNode node, string path)
    {
        if (!OptionsSchema.IsInRange(property, value))
        {
            errors.Add(node.Place, $"\"{path}\" is {node.Describe()}, but must be {OptionsSchema.RangeOf(property)}");
            return false;
        }

        if (OptionsSchema.BrokenRule(property, value) is { } rule)
        {
            errors.Add(node.Place, rule.FormatErrorMessage($"\"{path}\""));
            return false;
        }

        return true;
    }

    private object? Wrong(ConfigNode node, Type type, string path)
    {
        errors.Add(node.Place, $"{Named(path)} is {node.Describe()}, but must be {Article(OptionsSchema.Describe(type))}");
        return null;
    }

    private string Named(string path) => path.Length == 0 ? whole : $"\"{path}\"";

    private static string Article(string what) =>
        what is "text" or "true or false" || what.Contains('|', StringComparison.Ordinal) ? what
        : (what[0] is 'a' or 'e' or 'i' or 'o' or 'u' ? "an " : "a ") + what;

    private static object? Whole<T>(string text)
        where T : struct, System.Numerics.INumber<T> =>
        T.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static double? Finite(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : null;
}
