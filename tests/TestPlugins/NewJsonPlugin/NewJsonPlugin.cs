using Microsoft.Extensions.DependencyInjection;
using SslFramework;

namespace TestPlugins.NewJson;

public sealed class NewJsonPlugin : IPlugin
{
    public void Register(IServiceCollection services) =>
        services.AddEvaluator<JsonVersionEvaluator, NoOptions>("new-json");
}
