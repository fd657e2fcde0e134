using System.Reflection;

namespace SslFramework.Host.Components;

/// <summary>
/// Whether a record can be bound from an experiment. Told when a plugin is loaded, not when an experiment first names it.
/// </summary>
internal static class OptionsCheck
{
    /// <summary>What is wrong with a component's options record, as a clause, or null.</summary>
    public static string? ProblemOf(ComponentDescriptor component)
    {
        var taken = OptionsSchema.Shared(component.Service).Select(OptionsSchema.KeyOf)
            .Intersect(OptionsSchema.Properties(component.Options).Select(OptionsSchema.KeyOf)).FirstOrDefault();
        return taken is null ? ProblemOf(component.Options)
            : $"{component.Options.Name} has the key \"{taken}\", which every {OptionsSchema.WordFor(component.Service)} has; "
                + "give its own another name";
    }

    /// <summary>What is wrong with an options record, as a clause, or null.</summary>
    public static string? ProblemOf(Type options) => ProblemOf(options, []);

    private static string? ProblemOf(Type options, HashSet<Type> outer)
    {
        if (options.GetConstructor(Type.EmptyTypes) is null)
        {
            return $"{options.Name} has no constructor without parameters; give its options defaults instead";
        }

        var defaults = Activator.CreateInstance(options)!;
        return outer.Add(options)
            ? OptionsSchema.Properties(options)
                .Select(p => ProblemOf(p, p.GetValue(defaults), outer))
                .FirstOrDefault(problem => problem is not null)
            : $"{options.Name} contains itself";
    }

    private static string? ProblemOf(PropertyInfo property, object? value, HashSet<Type> outer)
    {
        var name = $"{property.DeclaringType!.Name}.{property.Name}";
        var type = property.PropertyType;
        while (OptionsSchema.ItemOf(type) is { } item)
        {
            type = item;
        }

        type = Nullable.GetUnderlyingType(type) ?? type;
        if (!IsPlain(type) && OptionsSchema.ServiceOf(type) is null)
        {
            return type is { IsClass: true, IsGenericType: false, IsArray: false, Namespace: not "System" }
                ? ProblemOf(type, [.. outer])
                : $"{name} is a {type.Name}, which an experiment cannot write; use numbers, text, true or false, enums, records, "
                    + "Component<T>, or IReadOnlyList<T> of these";
        }

        if (OptionsSchema.IsRequired(property) || value is null)
        {
            return null;
        }

        var isAllowed = OptionsSchema.IsInRange(property, value) && OptionsSchema.BrokenRule(property, value) is null;
        return isAllowed ? null : $"the default of {name} is not {OptionsSchema.RangeOf(property) ?? "what its own attributes allow"}";
    }

    private static bool IsPlain(Type type) => type.IsEnum
        || Type.GetTypeCode(type) is TypeCode.Boolean or TypeCode.Int32 or TypeCode.Int64
            or TypeCode.Single or TypeCode.Double or TypeCode.String;
}
