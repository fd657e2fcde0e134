using Microsoft.Extensions.DependencyInjection;
using SslFramework;

namespace TestPlugins.WiderContract;

public sealed class WiderContractPlugin : IPlugin
{
    public void Register(IServiceCollection services) => services.AddTokenizer("words");
}
