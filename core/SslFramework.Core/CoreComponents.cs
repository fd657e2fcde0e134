using Microsoft.Extensions.DependencyInjection;

namespace SslFramework.Core;

/// <summary>Registers the framework's own components, by the same door as a plugin's.</summary>
public sealed class CoreComponents : IPlugin
{
    /// <inheritdoc/>
    public void Register(IServiceCollection services)
    {
    }
}
