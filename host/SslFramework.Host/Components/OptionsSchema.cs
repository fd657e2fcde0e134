using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace SslFramework.Host.Components;

/// <summary>How an options record looks in JSON: its keys, their types and what is allowed.</summary>
internal static class OptionsSchema
{
    /// <summary>The settable properties, in order of declaration.</summary>
    public static IReadOnlyList<PropertyInfo> Properties(Type options) =>
        [.. options.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.SetMethod is { IsPublic: true })];

    /// <summary>What a component takes beside its own options: a backbone the weights that it starts from.</summary>
    /// <returns>Properties of <see cref="Component{TService}"/>.</returns>
    public static IReadOnlyList<PropertyInfo> Shared(Type service) =>
        service == typeof(IBackbone) ? [typeof(Component<>).GetProperty(nameof(Component<IBackbone>.Weights))!] : [];

    public static string KeyOf(MemberInfo member) => JsonNamingPolicy.CamelCase.ConvertName(member.Name);

    public static string KeyOf(Enum value) => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    public static IReadOnlyList<string> KeysOf(Type enumeration) =>
        [.. Enum.GetNames(enumeration).Select(JsonNamingPolicy.CamelCase.ConvertName)];

    public static bool IsRequired(PropertyInfo property) =>
        property.IsDefined(typeof(RequiredMemberAttribute)) || property.IsDefined(typeof(RequiredAttribute));

    /// <summary>Whether a property takes <c>null</c>, which sets it off, or to what it is where absent.</summary>
    public static bool AllowsNull(PropertyInfo property) =>
        new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable;

    /// <summary>The T of IReadOnlyList&lt;T&gt;, or null.</summary>
    public static Type? ItemOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;

    /// <summary>The contract of a Component&lt;TService&gt;, or null.</summary>
    public static Type? ServiceOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Component<>) ? type.GetGenericArguments()[0] : null;

    /// <summary>The type in a person's words: <c>whole number</c>, <c>list of numbers</c>.</summary>
    public static string Describe(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type == typeof(bool) ? "true or false"
            : type == typeof(int) || type == typeof(long) ? "whole number"
            : type == typeof(double) || type == typeof(float) ? "number"
            : type == typeof(string) ? "text"
            : type.IsEnum ? string.Join(" | ", KeysOf(type))
            : ItemOf(type) is { } item ? $"list of {Describe(item)}{(item.IsEnum || item == typeof(bool) ? "" : "s")}"
            : ServiceOf(type) is { } service ? WordFor(service)
            : "object";
    }

    /// <summary>What a contract is called in messages: <c>backbone</c>, <c>data source</c>.</summary>
    public static string WordFor(Type service)
    {
        var name = service.Name.TrimStart('I').Replace("Pretext", "", StringComparison.Ordinal);
        return string.Concat(name.Select((c, i) => (i > 0 && char.IsUpper(c) ? " " : "") + char.ToLowerInvariant(c)));
    }

    /// <summary>The allowed range in a person's words, or null.</summary>
    public static string? RangeOf(PropertyInfo property)
    {
        if (property.GetCustomAttribute<RangeAttribute>() is not { } range)
        {
            return null;
        }

        var (low, high) = Bounds(range);
        var (from, to) = (range.MinimumIsExclusive ? "more than" : "at least", range.MaximumIsExclusive ? "less than" : "at most");
        return high >= int.MaxValue ? $"{from} {Number(low)}"
            : low <= int.MinValue ? $"{to} {Number(high)}"
            : !range.MinimumIsExclusive && !range.MaximumIsExclusive ? $"from {Number(low)} to {Number(high)}"
            : $"{from} {Number(low)} and {to} {Number(high)}";
    }

    /// <summary>Whether a value, or each number of a list, is in the property's range, where it has one.</summary>
    public static bool IsInRange(PropertyInfo property, object value)
    {
        var numbers = value is IEnumerable items and not string ? items.Cast<object>() : [value];
        return property.GetCustomAttribute<RangeAttribute>() is not { } range
            || numbers.All(number => InRange(range, Convert.ToDouble(number, CultureInfo.InvariantCulture)));
    }

    /// <summary>The first of the property's other rules that a value breaks, or null.</summary>
    public static ValidationAttribute? BrokenRule(PropertyInfo property, object value) =>
        property.GetCustomAttributes<ValidationAttribute>().FirstOrDefault(rule => rule is not RangeAttribute && !rule.IsValid(value));

    /// <summary>RangeAttribute itself would round 1.4 to 1 when its bounds are whole.</summary>
    private static bool InRange(RangeAttribute range, double value)
    {
        var (low, high) = Bounds(range);
        return (range.MinimumIsExclusive ? value > low : value >= low) && (range.MaximumIsExclusive ? value < high : value <= high);
    }

    private static (double Low, double High) Bounds(RangeAttribute range) =>
        (Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture), Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture));

    private static string Number(double value) => value.ToString("G15", CultureInfo.InvariantCulture);
}
