using Microsoft.Extensions.DependencyInjection;

namespace MyMethod;

/// <summary>What the host finds.</summary>
public sealed class MyMethodPlugin : IPlugin
{
    /// <inheritdoc/>
    public void Register(IServiceCollection services) => services.AddObjective<MyMethodObjective, MyMethodOptions>("my-method");
}
