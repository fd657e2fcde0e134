using Microsoft.Extensions.DependencyInjection;

namespace SslFramework;

/// <summary>A contract assembly as it might look one day: plugins compiled against it ask for what today's host lacks.</summary>
public interface IPlugin
{
    void Register(IServiceCollection services);
}

public static class ComponentRegistration
{
    public static IServiceCollection AddTokenizer(this IServiceCollection services, string name) => services;
}
