using Microsoft.Extensions.DependencyInjection;
using SslFramework;

namespace TestPlugins.Failing;

/// <summary>Fails in the way, at the place and at the step that a test asks for.</summary>
public sealed class FailingPlugin : IPlugin
{
    public void Register(IServiceCollection services) => services
        .AddObjective<FailingObjective, NoOptions>("failing")
        .AddAugmentation<FailingAugmentation, NoOptions>("failing-augmentation")
        .AddEvaluator<FailingEvaluator, NoOptions>("failing-evaluator");
}
