using System.Reflection;
using System.Reflection.Metadata;

namespace SslFramework.Host.Plugins;

/// <summary>
/// The types and members that plugins may use of the host's contract assemblies. The contract's version does not move when
/// members are added, so a plugin built against a later build may use one that this host lacks; without this check it would
/// fail with a <see cref="MissingMethodException"/> in the middle of a run.
/// </summary>
public sealed class ContractMembers
{
    private const MethodAttributes Access = MethodAttributes.MemberAccessMask; // FieldAttributes has the same numbers
    private readonly Dictionary<string, (string? Base, HashSet<string> Members)> types = [];
    private readonly HashSet<string> assemblies = [];

    /// <summary>Reads the tables of the contract assemblies.</summary>
    public ContractMembers(IEnumerable<Assembly> contracts)
    {
        foreach (var contract in contracts)
        {
            assemblies.Add(contract.GetName().Name!);
            using var metadata = new PluginMetadata(File.ReadAllBytes(contract.Location));
            foreach (var type in metadata.Reader.TypeDefinitions.Select(metadata.Reader.GetTypeDefinition))
            {
                types[SignatureText.FullName(metadata.Reader, type)] =
                    (NameOf(metadata.Reader, type.BaseType), [.. AccessibleMembers(metadata.Reader, type)]);
            }
        }
    }

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

    /// <summary>A member may have moved to a base class; what a base outside of the contract has is its own affair.</summary>
    private bool Has(string type, string member)
    {
        string? name = type;
        while (name is not null && types.TryGetValue(name, out var found))
        {
            if (found.Members.Contains(member))
            {
                return true;
            }

            name = found.Base;
        }

        return name is not (null or "System.Object" or "System.ValueType" or "System.Enum");
    }

    private static string Text(MetadataReader reader, MemberReference member)
    {
        var name = reader.GetString(member.Name);
        SignatureText.CheckLength(reader, member.Signature);
        return member.GetKind() == MemberReferenceKind.Method
            ? SignatureText.Method(name, member.DecodeMethodSignature(SignatureText.Provider, null))
            : SignatureText.Field(name, member.DecodeFieldSignature(SignatureText.Provider, null));
    }

    private static IEnumerable<string> AccessibleMembers(MetadataReader reader, TypeDefinition type) =>
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
