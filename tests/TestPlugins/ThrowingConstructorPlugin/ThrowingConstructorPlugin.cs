using Microsoft.Extensions.DependencyInjection;
using SslFramework;

namespace TestPlugins.ThrowingConstructor;

public sealed class ThrowingConstructorPlugin : IPlugin
{
    public ThrowingConstructorPlugin() => throw new InvalidOperationException("No licence was found.");

    public void Register(IServiceCollection services)
    {
    }
}
