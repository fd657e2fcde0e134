using System.Reflection;

namespace SslFramework.Tests;

/// <summary>Where things lie in the repository.</summary>
internal static class Repository
{
    /// <summary>The folder of SslFramework.sln.</summary>
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    /// <summary>The shipped plugins as the host's build laid them out.</summary>
    public static string Plugins => Path.Combine(HostFolder, "plugins");

    /// <summary>The host's build of this configuration.</summary>
    public static string HostFolder => Path.Combine(Root, "artifacts", "bin", "SslFramework.Host", Configuration);

    public static string Experiment(string file) => Path.Combine(Root, "host", "experiments", file);

    private static string Configuration =>
        Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration.ToLowerInvariant();

    private static string FindRoot(string folder) =>
        File.Exists(Path.Combine(folder, "SslFramework.sln")) ? folder : FindRoot(Path.GetDirectoryName(folder.TrimEnd(Path.DirectorySeparatorChar))!);
}
