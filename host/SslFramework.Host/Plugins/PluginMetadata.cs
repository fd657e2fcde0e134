using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace SslFramework.Host.Plugins;

/// <summary>Reads an assembly's tables without loading it.</summary>
internal sealed class PluginMetadata : IDisposable
{
    private const string ContractKey = "SslFramework"; // as Directory.Build.targets and the contract's package write it
    private readonly PEReader file;

    /// <summary>Opens an assembly.</summary>
    /// <exception cref="BadImageFormatException">The bytes are not a .NET assembly.</exception>
    public PluginMetadata(byte[] bytes)
    {
        file = new PEReader(new MemoryStream(bytes));
        Reader = file.HasMetadata ? file.GetMetadataReader() : throw new BadImageFormatException("It is native code.");
        if (!Reader.IsAssembly)
        {
            throw new BadImageFormatException("It is a module without an assembly manifest.");
        }
    }

    /// <summary>The tables.</summary>
    public MetadataReader Reader { get; }

    /// <summary>The assembly's own name.</summary>
    public string Name => Reader.GetString(Reader.GetAssemblyDefinition().Name);

    /// <summary>The assemblies that it was built against.</summary>
    public IEnumerable<(string Name, Version Version)> References => Reader.AssemblyReferences
        .Select(Reader.GetAssemblyReference)
        .Select(reference => (Reader.GetString(reference.Name), reference.Version));

    /// <summary>The version of the framework that it was built for; null if its build did not write it down.</summary>
    public string? Contract => Reader.GetAssemblyDefinition().GetCustomAttributes()
        .Select(Reader.GetCustomAttribute)
        .Where(IsMetadata)
        .Select(attribute => KeyAndValue(Reader.GetBlobReader(attribute.Value)))
        .FirstOrDefault(pair => pair.Key == ContractKey).Value;

    /// <summary>The public classes that say they implement <see cref="IPlugin"/>.</summary>
    public IReadOnlyList<string> EntryTypes => [.. Reader.TypeDefinitions
        .Select(Reader.GetTypeDefinition)
        .Where(type => (type.Attributes & (TypeAttributes.VisibilityMask | TypeAttributes.Abstract)) == TypeAttributes.Public
            && type.GetInterfaceImplementations().Any(IsPluginContract))
        .Select(type => SignatureText.FullName(Reader, type))];

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private bool IsMetadata(CustomAttribute attribute) => attribute.Constructor.Kind == HandleKind.MemberReference
        && Reader.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent is { Kind: HandleKind.TypeReference } type
        && SignatureText.FullName(Reader, (TypeReferenceHandle)type) == typeof(AssemblyMetadataAttribute).FullName;

    private static (string? Key, string? Value) KeyAndValue(BlobReader attribute)
    {
        attribute.ReadUInt16(); // every attribute's first two bytes are 1 and 0
        return (attribute.ReadSerializedString(), attribute.ReadSerializedString());
    }

    private bool IsPluginContract(InterfaceImplementationHandle handle)
    {
        var contract = Reader.GetInterfaceImplementation(handle).Interface;
        if (contract.Kind != HandleKind.TypeReference)
        {
            return false;
        }

        var reference = (TypeReferenceHandle)contract;
        return SignatureText.FullName(Reader, reference) == typeof(IPlugin).FullName
            && SignatureText.AssemblyOf(Reader, reference) == typeof(IPlugin).Assembly.GetName().Name;
    }
}
