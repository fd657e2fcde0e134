using System.Runtime.Loader;
using Microsoft.Extensions.DependencyInjection;
using SslFramework;

namespace TestPlugins.PrivateCopy;

/// <summary>Loads an assembly from its own folder that the host shares.</summary>
public sealed class PrivateCopyPlugin : IPlugin
{
    public void Register(IServiceCollection services)
    {
        var own = typeof(PrivateCopyPlugin).Assembly;
        AssemblyLoadContext.GetLoadContext(own)!.LoadFromAssemblyPath(
            Path.Combine(Path.GetDirectoryName(own.Location)!, "private", "SkiaSharp.dll"));
    }
}
