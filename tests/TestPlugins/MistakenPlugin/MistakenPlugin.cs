using Microsoft.Extensions.DependencyInjection;
using SslFramework;

namespace TestPlugins.Mistaken;

/// <summary>What strangers do wrong, each mistake by its name.</summary>
public sealed class MistakenPlugin : IPlugin
{
    public void Register(IServiceCollection services) => services
        .AddBackbone<ScaledBackbone, NoOptions>("scaled-backbone")
        .AddObjective<MistakenObjective, MistakenOptions>("mistaken")
        .AddObjective<AskingObjective, NoOptions>("asking");
}
