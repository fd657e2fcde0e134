using Microsoft.Extensions.DependencyInjection;
using SslFramework;

namespace TestPlugins.OldJson;

public sealed class OldJsonPlugin : IPlugin
{
    public void Register(IServiceCollection services) =>
        services.AddEvaluator<JsonVersionEvaluator, NoOptions>("old-json");
}
