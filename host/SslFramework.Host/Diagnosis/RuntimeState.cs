using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using SslFramework.Host.Machine;

namespace SslFramework.Host.Diagnosis;

/// <summary>.NET, the system and the build.</summary>
internal static class RuntimeState
{
    public static IEnumerable<Finding> Look()
    {
        yield return new(
            "runtime", Health.Good, $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.OSDescription} "
            + $"({RuntimeInformation.RuntimeIdentifier})");
        var version = SoftwareVersions.Current["sslFramework"];
        yield return typeof(RuntimeState).Assembly.GetCustomAttribute<DebuggableAttribute>()?.IsJITOptimizerDisabled == true
            ? new("build", Health.Notice, $"SslFramework {version}, a Debug build: "
                + "views are made several times slower", "Build and run with -c Release.")
            : new("build", Health.Good, $"SslFramework {version}, a Release build");
    }
}
