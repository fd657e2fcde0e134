using Microsoft.Extensions.DependencyInjection;

namespace MySource;

/// <summary>What the host finds.</summary>
public sealed class MySourcePlugin : IPlugin
{
    /// <inheritdoc/>
    public void Register(IServiceCollection services) => services.AddDataSource<MySource, MySourceOptions>("my-source");
}
