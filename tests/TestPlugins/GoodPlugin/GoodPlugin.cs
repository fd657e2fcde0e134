using Microsoft.Extensions.DependencyInjection;
using SslFramework;

namespace TestPlugins.Good;

/// <summary>Every kind of component that a stranger may bring.</summary>
public sealed class GoodPlugin : IPlugin
{
    public void Register(IServiceCollection services) => services
        .AddBackbone<GoodBackbone, GoodBackboneOptions>("good-backbone")
        .AddObjective<GoodObjective, GoodObjectiveOptions>("good-objective")
        .AddEvaluator<GoodEvaluator, NoOptions>("good-evaluator");
}
