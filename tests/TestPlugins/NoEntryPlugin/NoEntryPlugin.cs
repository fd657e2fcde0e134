using Microsoft.Extensions.DependencyInjection;
using SslFramework;

namespace TestPlugins.NoEntry;

/// <summary>Implements the contract, but is not public.</summary>
internal sealed class NoEntryPlugin : IPlugin
{
    public void Register(IServiceCollection services)
    {
    }
}
