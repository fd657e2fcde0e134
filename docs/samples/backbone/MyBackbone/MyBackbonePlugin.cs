using Microsoft.Extensions.DependencyInjection;

namespace MyBackbone;

/// <summary>What the host finds.</summary>
public sealed class MyBackbonePlugin : IPlugin
{
    /// <inheritdoc/>
    public void Register(IServiceCollection services) => services.AddBackbone<MyBackbone, MyBackboneOptions>("my-backbone");
}
