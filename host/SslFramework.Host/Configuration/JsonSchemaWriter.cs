using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using SslFramework.Host.Components;

namespace SslFramework.Host.Configuration;

/// <summary>
/// The JSON schema (draft 7, which editors know best) of what <see cref="OptionsBinder"/> binds, with every component that is
/// installed. Rules that need code are left to the binder.
/// </summary>
internal sealed class JsonSchemaWriter(ComponentCatalog catalog)
{
    private readonly XmlSummaries summaries = new();
    private readonly SortedDictionary<string, JsonNode> definitions = new(StringComparer.Ordinal);

    /// <summary>The schema of a file.</summary>
    public JsonObject Write(Type file, string title)
    {
        var root = ObjectOf(file, null, []);
        root["properties"]!.AsObject().Insert(0, OptionsBinder.SchemaKey, new JsonObject
        {
            ["type"] = "string",
            ["description"] = "The schema of this file, for editors; written by 'ssl schema'.",
        });
        root.Insert(0, "$schema", "http://json-schema.org/draft-07/schema#");
        root.Insert(1, "title", title);
        root["definitions"] = new JsonObject(definitions.Select(each => KeyValuePair.Create(each.Key, (JsonNode?)each.Value)));
        return root;
    }

    private JsonObject ObjectOf(Type options, string? component, IReadOnlyList<PropertyInfo> shared)
    {
        var defaults = Activator.CreateInstance(options)!;
        var properties = new JsonObject();
        if (component is not null)
        {
            properties["name"] = new JsonObject { ["enum"] = new JsonArray(component) };
        }

        foreach (var property in OptionsSchema.Properties(options).Concat(shared))
        {
            var schema = Of(property.PropertyType, property);
            schema = OptionsSchema.AllowsNull(property) ? OrNull(schema) : schema;
            if (summaries.Of(property) is { } summary)
            {
                // Draft 7 ignores what stands beside $ref.
                schema = schema.ContainsKey("$ref") ? new JsonObject { ["allOf"] = new JsonArray(schema) } : schema;
                schema["description"] = summary;
            }

            var hasDefault = !OptionsSchema.IsRequired(property) && !shared.Contains(property);
            if (hasDefault && OptionsWriter.Write(property.GetValue(defaults)) is JsonValue value)
            {
                schema["default"] = value;
            }

            properties[OptionsSchema.KeyOf(property)] = schema;
        }

        var required = OptionsSchema.Properties(options).Where(OptionsSchema.IsRequired).Select(OptionsSchema.KeyOf);
        var written = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = properties,
            ["required"] = new JsonArray([.. required.Concat(component is null ? [] : ["name"]).Select(key => (JsonNode)key)]),
            ["additionalProperties"] = false,
        };
        if (component is null && summaries.Of(options) is { } description)
        {
            written["description"] = description;
        }

        return written;
    }

    private static JsonObject OrNull(JsonObject schema)
    {
        if (schema.ContainsKey("$ref"))
        {
            return new JsonObject { ["anyOf"] = new JsonArray(schema, new JsonObject { ["type"] = "null" }) };
        }

        if (schema["type"] is { } type)
        {
            schema["type"] = new JsonArray(type.DeepClone(), "null");
        }

        if (schema["enum"] is JsonArray names)
        {
            names.Add(null);
        }

        return schema;
    }

    private JsonObject Of(Type type, PropertyInfo? property)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(ConfigNode))
        {
            return [];
        }

        if (OptionsSchema.ServiceOf(type) is { } service)
        {
            return ComponentOf(service);
        }

        if (OptionsSchema.ItemOf(type) is { } item)
        {
            var list = new JsonObject { ["type"] = "array", ["items"] = Ranged(Of(item, null), item, property) };
            if (property?.GetCustomAttribute<MinLengthAttribute>() is { } shortest)
            {
                list["minItems"] = shortest.Length;
            }

            return list;
        }

        if (type.IsEnum)
        {
            return new JsonObject { ["enum"] = new JsonArray([.. OptionsSchema.KeysOf(type).Select(key => (JsonNode)key)]) };
        }

        return Type.GetTypeCode(type) switch
        {
            TypeCode.Boolean => new JsonObject { ["type"] = "boolean" },
            TypeCode.String => Text(property),
            TypeCode.Int32 or TypeCode.Int64 => Ranged(new JsonObject { ["type"] = "integer" }, type, property),
            TypeCode.Single or TypeCode.Double => Ranged(new JsonObject { ["type"] = "number" }, type, property),
            _ => ObjectOf(type, null, []),
        };
    }

    private static JsonObject Text(PropertyInfo? property)
    {
        var text = new JsonObject { ["type"] = "string" };
        if (property?.GetCustomAttribute<RegularExpressionAttribute>() is { } pattern)
        {
            text["pattern"] = pattern.Pattern;
        }

        return text;
    }

    private static JsonObject Ranged(JsonObject schema, Type type, PropertyInfo? property)
    {
        if (property?.GetCustomAttribute<AllowedValuesAttribute>() is { } allowed && type == typeof(int))
        {
            var numbers = allowed.Values.Select(value => (JsonNode)Convert.ToInt32(value, CultureInfo.InvariantCulture));
            schema["enum"] = new JsonArray([.. numbers]);
        }

        if (property?.GetCustomAttribute<RangeAttribute>() is not { } range)
        {
            return schema;
        }

        var low = Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture);
        var high = Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture);
        if (low > int.MinValue)
        {
            schema[range.MinimumIsExclusive ? "exclusiveMinimum" : "minimum"] = low;
        }

        if (high < int.MaxValue)
        {
            schema[range.MaximumIsExclusive ? "exclusiveMaximum" : "maximum"] = high;
        }

        return schema;
    }

    /// <summary>One definition a contract, which may contain itself: a data source made of another.</summary>
    private JsonObject ComponentOf(Type service)
    {
        var name = OptionsSchema.WordFor(service);
        if (!definitions.ContainsKey(name))
        {
            definitions[name] = new JsonObject(); // taken, before its parts ask for it
            var components = catalog.Of(service).Select(component => component.Descriptor)
                .OrderBy(descriptor => descriptor.Name, StringComparer.Ordinal)
                .ToList();
            var alone = components
                .Where(descriptor => !OptionsSchema.Properties(descriptor.Options).Any(OptionsSchema.IsRequired))
                .Select(descriptor => (JsonNode)descriptor.Name);
            var choices = new JsonArray(new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. alone]) });
            foreach (var component in components)
            {
                var choice = ObjectOf(component.Options, component.Name, OptionsSchema.Shared(service));
                if (summaries.Of(component.Implementation) is { } description)
                {
                    choice["description"] = description;
                }

                choices.Add(choice);
            }

            definitions[name] = new JsonObject { ["anyOf"] = choices };
        }

        return new JsonObject { ["$ref"] = $"#/definitions/{name.Replace(" ", "%20", StringComparison.Ordinal)}" };
    }
}
