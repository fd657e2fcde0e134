using System.Collections;
using System.Text.Json.Nodes;
using SslFramework.Host.Components;

namespace SslFramework.Host.Configuration;

/// <summary>Writes options as JSON with every default spelled out, so that the file says what ran.</summary>
internal static class OptionsWriter
{
    public static JsonNode? Write(object? value) => value switch
    {
        null => null,
        bool flag => JsonValue.Create(flag),
        int number => JsonValue.Create(number),
        long number => JsonValue.Create(number),
        float number => float.IsFinite(number) ? JsonValue.Create(number) : Json.Number(number),
        double number => Json.Number(number),
        string text => JsonValue.Create(text),
        Enum name => JsonValue.Create(OptionsSchema.KeyOf(name)),
        IEnumerable items => new JsonArray([.. items.Cast<object?>().Select(Write)]),
        _ when OptionsSchema.ServiceOf(value.GetType()) is not null => WriteComponent((dynamic)value),
        _ => WriteObject(value, []),
    };

    private static JsonObject WriteComponent<TService>(Component<TService> component)
        where TService : class
    {
        var written = WriteObject(component.Options, new JsonObject { ["name"] = component.Descriptor.Name });
        if (component.Weights is { } weights)
        {
            written[OptionsSchema.KeyOf(typeof(Component<TService>).GetProperty(nameof(component.Weights))!)] = weights;
        }

        return written;
    }

    private static JsonObject WriteObject(object options, JsonObject into)
    {
        var defaults = options.GetType().GetConstructor(Type.EmptyTypes)?.Invoke([]); // a protocol's may have none
        foreach (var property in OptionsSchema.Properties(options.GetType()))
        {
            // What is absent is null in most records; where it is not, null was set.
            var value = property.GetValue(options);
            if (value is not null || (defaults is not null && property.GetValue(defaults) is not null))
            {
                into[OptionsSchema.KeyOf(property)] = Write(value);
            }
        }

        return into;
    }
}
