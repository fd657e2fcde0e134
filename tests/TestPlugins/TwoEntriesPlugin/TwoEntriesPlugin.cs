using Microsoft.Extensions.DependencyInjection;
using SslFramework;

namespace TestPlugins.TwoEntries;

public sealed class FirstEntry : IPlugin
{
    public void Register(IServiceCollection services)
    {
    }
}

public sealed class SecondEntry : IPlugin
{
    public void Register(IServiceCollection services)
    {
    }
}
