using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using SslFramework.Core.Tensors;
using SslFramework.Engine;
using TorchSharp;

namespace SslFramework.Host.Plugins;

/// <summary>
/// The assemblies that plugins take from the host, so that there is one <see cref="IPlugin"/> and one tensor type:
/// the contract, Core, TorchSharp, dependency injection, and what these refer to outside of .NET.
/// </summary>
internal sealed partial class SharedAssemblies
{
    private static readonly string Framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
    private static readonly string[] Internals =
        [typeof(SharedAssemblies).Assembly.GetName().Name!, typeof(BuiltInComponents).Assembly.GetName().Name!];
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
    public static IReadOnlyList<Assembly> Contracts { get; } = [typeof(IPlugin).Assembly, typeof(StateDict).Assembly];

    /// <summary>The version of the framework's packages.</summary>
    public static string Version { get; } =
        typeof(IPlugin).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion.Split('+')[0]; // without the commit

    /// <summary>All of them.</summary>
    public IReadOnlyCollection<Assembly> All => assemblies.Values;

    /// <summary>Their names with the host's versions.</summary>
    public IEnumerable<AssemblyName> Names => assemblies.Values.Select(assembly => assembly.GetName());

    /// <summary>True for a contract assembly.</summary>
    public static bool IsContract(string name) => Contracts.Any(contract => Same(name, contract.GetName().Name!));

    /// <summary>True for an assembly of the program's own, which promises nothing to plugins and is not shared with them.</summary>
    public static bool IsInternal(string name) => Internals.Any(own => Same(name, own));

    /// <summary>
    /// True for files that only the host may load: the contract, its own assemblies, TorchSharp and libtorch, of which a process has one.
    /// </summary>
    public static bool IsHostsOwn(string file) =>
        (IsOurs(Path.GetFileNameWithoutExtension(file)) && Same(Path.GetExtension(file), ".dll"))
        || Same(file, "TorchSharp.dll")
        || NativeTorch().IsMatch(file);

    private static bool IsOurs(string name) => IsContract(name) || IsInternal(name);

    /// <summary>True for a part of .NET itself.</summary>
    public static bool IsFramework(string name) => File.Exists(Path.Combine(Framework, name + ".dll"));

    /// <summary>True for an assembly that the host shares.</summary>
    public bool Contains(string name) => assemblies.ContainsKey(name);

    /// <summary>The version that the host has of a shared assembly, or null.</summary>
    public Version? VersionOf(string name) => assemblies.GetValueOrDefault(name)?.GetName().Version;

    /// <summary>The libraries by their whole names: others may begin with the same letters.</summary>
    [GeneratedRegex(
        @"^(lib)?(LibTorchSharp|c10(_cuda|_hip)?|"
        + @"torch(_cpu|_cuda|_cuda_cpp|_cuda_cu|_cuda_linalg|_hip|_global_deps|_python)?)\.(dll|dylib|so(\.[0-9]+)*)$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex NativeTorch();

    private static bool Same(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
