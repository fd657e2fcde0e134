using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace SslFramework.Host.Plugins;

/// <summary>Reads an assembly's tables without loading it.</summary>
public sealed class PluginMetadata : IDisposable
{
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

    /// <summary>The public classes that say they implement <see cref="IPlugin"/>.</summary>
    public IReadOnlyList<string> EntryTypes => [.. Reader.TypeDefinitions
        .Select(Reader.GetTypeDefinition)
        .Where(type => (type.Attributes & (TypeAttributes.VisibilityMask | TypeAttributes.Abstract)) == TypeAttributes.Public
            && type.GetInterfaceImplementations().Any(IsPluginContract))
        .Select(type => SignatureText.FullName(Reader, type))];

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

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
