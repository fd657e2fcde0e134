using System.Collections;
using System.Globalization;
using SslFramework.Host.Components;

namespace SslFramework.Host.Weights;

/// <summary>Options as C# writes them, without what is the default.</summary>
internal static class CSharpLiteral
{
    /// <summary><c>new() { Width = 16 }</c>.</summary>
    public static string Of(object options)
    {
        var defaults = Activator.CreateInstance(options.GetType());
        var set = OptionsSchema.Properties(options.GetType())
            .Where(property => !Equal(property.GetValue(options), property.GetValue(defaults)))
            .Select(property => $"{property.Name} = {Value(property.GetValue(options))}");
        var members = string.Join(", ", set);
        return members.Length == 0 ? "new()" : $"new() {{ {members} }}";
    }

    private static string Value(object? value) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        string text => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"",
        Enum name => $"{name.GetType().Name}.{name}",
        IEnumerable items => $"[{string.Join(", ", items.Cast<object?>().Select(Value))}]",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        Component<IBackbone> part => $"/* {part.Descriptor.Name} */", // built by a factory, which code beside the host does not have
        _ => Of(value),
    };

    private static bool Equal(object? one, object? other) => one is IEnumerable items and not string && other is IEnumerable others
        ? items.Cast<object?>().SequenceEqual(others.Cast<object?>())
        : Equals(one, other);
}
