using Microsoft.Extensions.DependencyInjection;

namespace MyMethod;

/// <summary>The entry class that the host finds.</summary>
public sealed class MyMethodPlugin : IPlugin
{
    /// <inheritdoc/>
    public void Register(IServiceCollection services) => services.AddObjective<MyMethodObjective, MyMethodOptions>("my-method");
}
