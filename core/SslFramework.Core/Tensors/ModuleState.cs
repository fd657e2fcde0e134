using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace SslFramework.Core.Tensors;

/// <summary>
/// Finds parameters and buffers that a module does not register, has twice, or has lost: they would be neither trained nor saved, and
/// nothing else would show it.
/// </summary>
public static class ModuleState
{
    private const int Depth = 3; // collections in collections

    /// <summary>The problem of an objective.</summary>
    /// <returns>One sentence with the remedy and no full stop, or null.</returns>
    public static string? ProblemOf(IPretextObjective objective) => ProblemIn(objective, objective.Module)
        ?? (AllOf(objective.Backbone.Module).All(HandlesOf(objective.Module).Contains)
            ? null
            : "the backbone's parameters are not in the objective's module; "
            + "derive from PretextObjective, or call register_module(\"backbone\", Backbone.Module)");

    /// <summary>The problem of a backbone.</summary>
    /// <returns>One sentence with the remedy and no full stop, or null.</returns>
    public static string? ProblemOf(IBackbone backbone) => ProblemIn(backbone, backbone.Module);

    private static string? ProblemIn(object component, nn.Module root)
    {
        var known = HandlesOf(root);
        foreach (var owner in root.modules().Prepend(root).Prepend(component).Distinct(ReferenceEqualityComparer.Instance))
        {
            foreach (var field in FieldsOf(owner!.GetType()))
            {
                var value = field.GetValue(owner);
                var isOwn = value is nn.Module or Tensor or IBackbone;
                var problems = Held(value, Depth).Select(held => ProblemWith(held, isOwn, NameOf(field), owner, known));
                if (problems.FirstOrDefault(problem => problem is not null) is { } found)
                {
                    return found;
                }
            }
        }

        var namesOfEach = root.state_dict().GroupBy(pair => pair.Value.Handle, pair => pair.Key);
        return namesOfEach.FirstOrDefault(names => names.Count() > 1) is { } twice
            ? $"{string.Join(" and ", twice.Select(name => $"\"{name}\""))} are one and the same, which would be saved twice; "
            + "keep it in one field, and hide it elsewhere from RegisterComponents() in a Func"
            : null;
    }

    private static string? ProblemWith(object held, bool isOwn, string name, object owner, HashSet<nint> known)
    {
        var place = $"\"{name}\" of {owner.GetType().Name}";
        return held switch
        {
            Tensor { IsInvalid: true } =>
                $"{place} was freed while it was built, because a dispose scope ended; make it with .DetachFromDisposeScope()",
            Tensor tensor when !known.Contains(tensor.Handle) && (tensor.requires_grad || (isOwn && owner is nn.Module)) =>
                $"{place} is not registered, so that it would be neither "
                + $"{(tensor.requires_grad ? "trained nor saved" : "saved nor moved to a device")}; "
                + $"{Remedy(isOwn, name, tensor is Parameter ? "parameter" : "buffer", name, "ParameterList")}",
            nn.Module module when !AllOf(module).All(known.Contains) =>
                $"{place} is not registered, so that it would be neither trained nor saved; "
                + $"{Remedy(isOwn, name, "module", name, "ModuleList")}",
            IBackbone backbone and not nn.Module when !AllOf(backbone.Module).All(known.Contains) =>
                $"{place} is a backbone whose module is not registered, so that it would be neither trained nor saved; "
                + $"call register_module(\"{name}\", {name}.Module)",
            _ => null,
        };
    }

    private static string Remedy(bool isOwn, string name, string kind, string value, string list) => isOwn
        ? $"end the constructor with RegisterComponents(), or call register_{kind}(\"{name}\", {value})"
        : $"RegisterComponents() does not look into collections: make it a {list}";

    private static HashSet<nint> HandlesOf(nn.Module module) => [.. AllOf(module)];

    private static IEnumerable<nint> AllOf(nn.Module module) =>
        module.parameters().Concat(module.named_buffers().Select(pair => pair.buffer))
            .Where(tensor => !tensor.IsInvalid).Select(tensor => tensor.Handle);

    /// <summary>Fields of TorchSharp's own classes are left to TorchSharp.</summary>
    private static IEnumerable<FieldInfo> FieldsOf(Type type)
    {
        const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        for (var at = type; at is not null && at != typeof(object) && at.Assembly != typeof(nn.Module).Assembly; at = at.BaseType)
        {
            foreach (var field in at.GetFields(Own))
            {
                yield return field;
            }
        }
    }

    private static IEnumerable<object> Held(object? value, int depth) => value switch
    {
        nn.Module or Tensor or IBackbone => [value],
        ITuple tuple when depth > 0 => Enumerable.Range(0, tuple.Length).SelectMany(i => Held(tuple[i], depth - 1)),
        IDictionary map when depth > 0 && MayHold(value) => map.Values.Cast<object?>().SelectMany(item => Held(item, depth - 1)),
        ICollection items when depth > 0 && MayHold(value) => items.Cast<object?>().SelectMany(item => Held(item, depth - 1)),
        _ => [],
    };

    /// <summary>Skips collections such as a million labels.</summary>
    private static bool MayHold(object collection) => collection.GetType() is var type
        && (type.IsArray ? [type.GetElementType()!] : type.GetGenericArguments()).DefaultIfEmpty(typeof(object))
            .Any(item => !item.IsPrimitive && item != typeof(string));

    /// <summary>The name as it is written, not the compiler's for what stores a property or a primary constructor's parameter.</summary>
    private static string NameOf(FieldInfo field) =>
        field.Name.StartsWith('<') && field.Name.IndexOf('>', StringComparison.Ordinal) is > 1 and var end
            ? field.Name[1..end]
            : field.Name;
}
