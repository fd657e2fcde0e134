using Microsoft.Extensions.DependencyInjection;
using SslFramework.Host.Components;

namespace SslFramework.Tests.Host;

/// <summary>Catalogs without plugins on disk.</summary>
internal static class TestCatalog
{
    public static ComponentCatalog Empty => ComponentCatalog.Empty;

    public static ComponentCatalog Of<TService, T, TOptions>(string name)
        where TService : class
        where T : class, TService
        where TOptions : class, new() => With(services => services.AddComponent<TService, T, TOptions>(name));

    public static ComponentCatalog With(Action<IServiceCollection> register)
    {
        var services = new ServiceCollection();
        register(services);
        return ComponentCatalog.Empty.With("test", services);
    }
}
