using Microsoft.Extensions.DependencyInjection;

namespace SslFramework;

/// <summary>The one public entry class of a plugin assembly. The host finds it and calls it once.</summary>
public interface IPlugin
{
    /// <summary>
    /// Registers the plugin's components with <see cref="ComponentRegistration"/>'s <c>Add…</c> methods,
    /// and any services that they need.
    /// </summary>
    void Register(IServiceCollection services);
}
