using System.Reflection;
using System.Reflection.Metadata;

namespace SslFramework.Host.Plugins;

/// <summary>
/// The types and members that plugins may use of the assemblies that the host shares. The contract's version does not move when
/// members are added, and TorchSharp promises nothing between its versions, so a plugin built against another build may use one
/// that this host lacks; without this check it would fail with a <see cref="MissingMethodException"/> in the middle of a run.
/// </summary>
internal sealed class ContractMembers
{
    private const MethodAttributes Access = MethodAttributes.MemberAccessMask; // FieldAttributes has the same numbers

    // A value is null if the type has moved on to another assembly.
    private readonly Dictionary<string, Lazy<(string? Base, HashSet<string> Members)>?> types = [];
    private readonly HashSet<string> assemblies = [];

    /// <summary>Reads which types the assemblies have.</summary>
    public ContractMembers(IEnumerable<Assembly> contracts)
    {
        foreach (var contract in contracts)
        {
            assemblies.Add(contract.GetName().Name!);
            var reader = MetadataOf(contract);
            foreach (var type in reader.TypeDefinitions.Select(reader.GetTypeDefinition).Where(IsVisible))
            {
                var members = new Lazy<(string?, HashSet<string>)>(() => (NameOf(reader, type.BaseType), AccessibleMembers(reader, type)));
                types.TryAdd(SignatureText.FullName(reader, type), members);
            }

            foreach (var type in reader.ExportedTypes.Select(reader.GetExportedType))
            {
                types.TryAdd(SignatureText.Join(reader.GetString(type.Namespace), reader.GetString(type.Name)), null);
            }
        }
    }

    private static bool IsVisible(TypeDefinition type) => (type.Attributes & TypeAttributes.VisibilityMask) != TypeAttributes.NotPublic;

    /// <summary>The first type or member that an assembly uses and the host lacks, or null.</summary>
    public string? FirstMissing(MetadataReader plugin)
    {
        var used = plugin.TypeReferences
            .Where(type => assemblies.Contains(SignatureText.AssemblyOf(plugin, type) ?? ""))
            .Select(type => SignatureText.FullName(plugin, type))
            .ToHashSet();
        return used.FirstOrDefault(type => !types.ContainsKey(type))
            ?? plugin.MemberReferences
                .Select(plugin.GetMemberReference)
                .Select(member => (Type: NameOf(plugin, member.Parent), Member: member))
                .Where(use => use.Type is not null && used.Contains(use.Type) && !Has(use.Type, Text(plugin, use.Member)))
                .Select(use => $"{use.Type}.{plugin.GetString(use.Member.Name)}")
                .FirstOrDefault();
    }

    /// <summary>A member may have moved to a base class; what a base outside of the shared assemblies has is its own affair.</summary>
    private bool Has(string type, string member)
    {
        string? name = type;
        while (name is not null && types.GetValueOrDefault(name) is { } found)
        {
            if (found.Value.Members.Contains(member))
            {
                return true;
            }

            name = found.Value.Base;
        }

        return name is not (null or "System.Object" or "System.ValueType" or "System.Enum");
    }

    /// <summary>The tables as they are loaded; an assembly of the host stays as long as the process.</summary>
    private static unsafe MetadataReader MetadataOf(Assembly assembly) => assembly.TryGetRawMetadata(out var tables, out var length)
        ? new(tables, length)
        : throw new BadImageFormatException($"{assembly.GetName().Name} has no metadata.");

    private static string Text(MetadataReader reader, MemberReference member)
    {
        var name = reader.GetString(member.Name);
        SignatureText.CheckLength(reader, member.Signature);
        return member.GetKind() == MemberReferenceKind.Method
            ? SignatureText.Method(name, member.DecodeMethodSignature(SignatureText.Provider, null))
            : SignatureText.Field(name, member.DecodeFieldSignature(SignatureText.Provider, null));
    }

    private static HashSet<string> AccessibleMembers(MetadataReader reader, TypeDefinition type) =>
    [
        .. type.GetMethods()
            .Select(reader.GetMethodDefinition)
            .Where(method => IsAccessible(method.Attributes))
            .Select(method => SignatureText.Method(
                reader.GetString(method.Name), method.DecodeSignature(SignatureText.Provider, null))),
        .. type.GetFields()
            .Select(reader.GetFieldDefinition)
            .Where(field => IsAccessible((MethodAttributes)field.Attributes))
            .Select(field => SignatureText.Field(
                reader.GetString(field.Name), field.DecodeSignature(SignatureText.Provider, null))),
    ];

    private static bool IsAccessible(MethodAttributes attributes) =>
        (attributes & Access) is MethodAttributes.Public or MethodAttributes.Family or MethodAttributes.FamORAssem;

    private static string? NameOf(MetadataReader reader, EntityHandle type) => type.IsNil ? null : type.Kind switch
    {
        HandleKind.TypeReference => SignatureText.FullName(reader, (TypeReferenceHandle)type),
        HandleKind.TypeDefinition => SignatureText.FullName(reader, reader.GetTypeDefinition((TypeDefinitionHandle)type)),
        HandleKind.TypeSpecification => SignatureText.Definition(
            SignatureText.Provider.GetTypeFromSpecification(reader, null, (TypeSpecificationHandle)type, 0)),
        _ => null,
    };
}
