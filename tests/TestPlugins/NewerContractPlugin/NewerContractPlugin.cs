using Microsoft.Extensions.DependencyInjection;
using SslFramework;

namespace TestPlugins.NewerContract;

public sealed class NewerContractPlugin : IPlugin
{
    public void Register(IServiceCollection services) => services.AddTokenizer("words");
}
