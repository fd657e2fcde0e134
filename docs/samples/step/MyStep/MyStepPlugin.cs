using Microsoft.Extensions.DependencyInjection;

namespace MyStep;

/// <summary>What the host finds.</summary>
public sealed class MyStepPlugin : IPlugin
{
    /// <inheritdoc/>
    public void Register(IServiceCollection services) => services.AddComponent<IRecipeStep, MyStep, MyStepOptions>("my-step");
}
