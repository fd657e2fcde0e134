using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using SslFramework.Core;
using TorchSharp;

namespace SslFramework.Host.Plugins;

/// <summary>
/// The assemblies that plugins take from the host, so that there is one <see cref="IPlugin"/> and one tensor type:
/// the contract, Core, TorchSharp, dependency injection, and what these refer to outside of .NET.
/// </summary>
public sealed class SharedAssemblies
{
    private static readonly string Framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
    private readonly Dictionary<string, Assembly> assemblies = [];

    /// <summary>Finds and loads them all.</summary>
    public SharedAssemblies()
    {
        var found = new Queue<Assembly>([.. Contracts, typeof(torch).Assembly, typeof(IServiceCollection).Assembly]);
        while (found.TryDequeue(out var assembly))
        {
            if (!assemblies.TryAdd(assembly.GetName().Name!, assembly))
            {
                continue;
            }

            foreach (var reference in assembly.GetReferencedAssemblies().Where(reference => !IsFramework(reference.Name!)))
            {
                found.Enqueue(Assembly.Load(reference));
            }
        }
    }

    /// <summary>The framework's own: plugins are compiled against these.</summary>
    public static IReadOnlyList<Assembly> Contracts { get; } = [typeof(IPlugin).Assembly, typeof(CoreComponents).Assembly];

    /// <summary>Their names with the host's versions.</summary>
    public IEnumerable<AssemblyName> Names => assemblies.Values.Select(assembly => assembly.GetName());

    /// <summary>True for a part of .NET itself.</summary>
    public static bool IsFramework(string name) => File.Exists(Path.Combine(Framework, name + ".dll"));

    /// <summary>True for an assembly that the host shares.</summary>
    public bool Contains(string name) => assemblies.ContainsKey(name);

    /// <summary>The version that the host has of a shared assembly, or null.</summary>
    public Version? VersionOf(string name) => assemblies.GetValueOrDefault(name)?.GetName().Version;
}
