using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace SslFramework.Host.Plugins;

/// <summary>Writes types and members as text, the same in the assembly that defines them and in one that refers to them.</summary>
internal sealed class SignatureText : ISignatureTypeProvider<string, object?>
{
    /// <summary>Deeper nesting, or a longer signature, is no compiler's work: it would end the process by a stack overflow.</summary>
    private const int MaximumDepth = 32;
    private const int MaximumLength = 2048;

    /// <summary>It has no state.</summary>
    public static SignatureText Provider { get; } = new();

    /// <summary>A method by name, generic arity, parameters and result.</summary>
    public static string Method(string name, MethodSignature<string> signature) =>
        $"{(signature.Header.IsInstance ? "" : "static ")}{name}`{signature.GenericParameterCount}"
        + $"({string.Join(", ", signature.ParameterTypes)}): {signature.ReturnType}";

    /// <summary>A field by name and type.</summary>
    public static string Field(string name, string type) => $"{name}: {type}";

    /// <summary>Namespace and name of a type that the assembly defines.</summary>
    public static string FullName(MetadataReader reader, TypeDefinition type, int depth = 0) =>
        type.GetDeclaringType() is { IsNil: false } outer
            ? $"{FullName(reader, reader.GetTypeDefinition(outer), Deeper(depth))}+{reader.GetString(type.Name)}"
            : Join(reader.GetString(type.Namespace), reader.GetString(type.Name));

    /// <summary>Namespace and name of a type that the assembly refers to.</summary>
    public static string FullName(MetadataReader reader, TypeReferenceHandle handle, int depth = 0)
    {
        var type = reader.GetTypeReference(handle);
        return type.ResolutionScope.Kind == HandleKind.TypeReference
            ? $"{FullName(reader, (TypeReferenceHandle)type.ResolutionScope, Deeper(depth))}+{reader.GetString(type.Name)}"
            : Join(reader.GetString(type.Namespace), reader.GetString(type.Name));
    }

    /// <summary>The assembly that a type is in, or null for one's own.</summary>
    public static string? AssemblyOf(MetadataReader reader, TypeReferenceHandle handle, int depth = 0)
    {
        var scope = reader.GetTypeReference(handle).ResolutionScope;
        return scope.Kind switch
        {
            HandleKind.TypeReference => AssemblyOf(reader, (TypeReferenceHandle)scope, Deeper(depth)),
            HandleKind.AssemblyReference => reader.GetString(reader.GetAssemblyReference((AssemblyReferenceHandle)scope).Name),
            _ => null,
        };
    }

    /// <summary>A type without its type arguments, as its definition is named.</summary>
    public static string Definition(string type) => type.IndexOf('<', StringComparison.Ordinal) is var end and >= 0 ? type[..end] : type;

    /// <inheritdoc/>
    public string GetArrayType(string elementType, ArrayShape shape) => $"{elementType}[{new string(',', shape.Rank - 1)}]";

    /// <inheritdoc/>
    public string GetByReferenceType(string elementType) => elementType + "&";

    /// <inheritdoc/>
    public string GetFunctionPointerType(MethodSignature<string> signature) => Method("*", signature);

    /// <inheritdoc/>
    public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments) =>
        $"{genericType}<{string.Join(", ", typeArguments)}>";

    /// <inheritdoc/>
    public string GetGenericMethodParameter(object? genericContext, int index) => $"!!{index}";

    /// <inheritdoc/>
    public string GetGenericTypeParameter(object? genericContext, int index) => $"!{index}";

    /// <inheritdoc/>
    public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) => $"{unmodifiedType} modified by {modifier}";

    /// <inheritdoc/>
    public string GetPinnedType(string elementType) => elementType;

    /// <inheritdoc/>
    public string GetPointerType(string elementType) => elementType + "*";

    /// <inheritdoc/>
    public string GetPrimitiveType(PrimitiveTypeCode typeCode) => typeCode.ToString();

    /// <inheritdoc/>
    public string GetSZArrayType(string elementType) => elementType + "[]";

    /// <inheritdoc/>
    public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) =>
        FullName(reader, reader.GetTypeDefinition(handle));

    /// <inheritdoc/>
    public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => FullName(reader, handle);

    /// <inheritdoc/>
    public string GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind)
    {
        var specification = reader.GetTypeSpecification(handle);
        CheckLength(reader, specification.Signature);
        return specification.DecodeSignature(this, Deeper(genericContext as int? ?? 0));
    }

    /// <summary>Refuses a signature before it is decoded, which takes a frame of the stack for each of its bytes.</summary>
    /// <exception cref="BadImageFormatException">It is too long.</exception>
    public static void CheckLength(MetadataReader reader, BlobHandle signature)
    {
        if (reader.GetBlobReader(signature).Length > MaximumLength)
        {
            throw new BadImageFormatException("A signature is too long.");
        }
    }

    private static int Deeper(int depth) =>
        depth < MaximumDepth ? depth + 1 : throw new BadImageFormatException("Types are nested without an end.");

    /// <summary>A full name from a namespace, which may be empty, and a name.</summary>
    public static string Join(string space, string name) => space.Length == 0 ? name : $"{space}.{name}";
}
