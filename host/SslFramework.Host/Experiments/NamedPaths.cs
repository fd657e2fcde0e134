using System.Collections;
using System.Reflection;
using SslFramework.Host.Components;
using SslFramework.Host.Configuration;

namespace SslFramework.Host.Experiments;

/// <summary>
/// The files and folders that an experiment names for plugins: options with a <see cref="FilePathAttribute"/>, however deep. The
/// framework's own sources look for theirs when they are opened.
/// </summary>
/// <param name="catalog">Says whose a component is.</param>
internal sealed class NamedPaths(ComponentCatalog catalog)
{
    /// <summary>A sentence for each path that leads nowhere, with its key and the remedy.</summary>
    /// <param name="options">An experiment, or any options record.</param>
    public IReadOnlyList<string> Missing(object options) => [.. Of(options, "", null).Distinct()];

    /// <param name="value">An option's value.</param>
    /// <param name="key">Its key.</param>
    /// <param name="reader">The plugin's component whose option it is; null if it is the framework's.</param>
    private IEnumerable<string> Of(object? value, string key, string? reader) => value switch
    {
        null or string or Enum or ConfigNode => [],
        IEnumerable items => items.Cast<object?>().SelectMany((item, i) => Of(item, $"{key}[{i}]", reader)),
        _ when OptionsSchema.ServiceOf(value.GetType()) is not null => OfComponent((dynamic)value, key),
        _ => OptionsSchema.Properties(value.GetType()).SelectMany(property =>
            Of(
                property,
                property.GetValue(value),
                key.Length == 0 ? OptionsSchema.KeyOf(property) : $"{key}.{OptionsSchema.KeyOf(property)}",
                reader)),
    };

    private IEnumerable<string> OfComponent<TService>(Component<TService> component, string key)
        where TService : class
    {
        var owner = catalog.OwnerOf(component.Descriptor);
        var reader = $"the {OptionsSchema.WordFor(typeof(TService))} \"{component.Descriptor.Name}\" of {owner}";
        return Of(component.Options, key, owner == ComponentCatalog.Core ? null : reader);
    }

    private IEnumerable<string> Of(PropertyInfo property, object? value, string key, string? reader) =>
        value is not string path || !property.IsDefined(typeof(FilePathAttribute)) ? Of(value, key, reader)
        : reader is null || path.Length == 0 || Path.Exists(path) ? []
        : [$"\"{key}\": '{path}' does not exist; {NearestPath.Hint(path, $"correct the path, or put there what {reader} reads.")}"];
}
